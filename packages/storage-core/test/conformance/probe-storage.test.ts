import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { ConformanceHarness, OpenContext } from '../../src/conformance/harness.ts';
import { HarnessError } from '../../src/conformance/harness-error.ts';
import { probeStorage } from '../../src/conformance/probe-storage.ts';
import { isStorageError, type Storage, StorageError } from '../../src/index.ts';
import { FakeClient } from '../fake-client.ts';
import { fakeHarness, fakeStorage, storageOf } from './fake-harness.ts';

async function complaint(harness: ConformanceHarness): Promise<string> {
  const error = await probeStorage(harness).then(
    () => undefined,
    (err: unknown) => err,
  );
  expect(error).toBeInstanceOf(HarnessError);
  return (error as Error).message;
}

/** A harness whose client was changed before it was wrapped. */
function harnessOf(change: (client: FakeClient) => void, fields: Partial<ConformanceHarness> = {}): ConformanceHarness {
  const open = (context: OpenContext): Storage => {
    const client = new FakeClient();
    change(client);
    return storageOf(client, context);
  };
  return fakeHarness({ open, ...fields });
}

describe('probeStorage', () => {
  it('leaves a sound storage as it was', async () => {
    const place = new Map();
    await probeStorage(fakeHarness({}, place));
    expect(place.size).toBe(0);
  });

  it('closes what it opened', async () => {
    const opened: Storage[] = [];
    const open = (context: OpenContext): Storage => {
      opened.push(fakeStorage(new Map(), context));
      return opened.at(-1) as Storage;
    };
    await probeStorage(fakeHarness({ open }));
    expect(opened.length).toBeGreaterThan(0);
    for (const storage of opened)
      expect(isStorageError(await storage.canWrite().catch((err: unknown) => err), 'closed')).toBe(true);
  });

  it('says that open gives no Storage, and what it lacks', async () => {
    expect(await complaint(fakeHarness({ open: () => undefined as never }))).toContain('must give a Storage');
    const withoutList = (context: OpenContext): Storage => {
      const storage = fakeStorage(new Map(), context);
      return new Proxy(storage, {
        get: (target, name) => (name === 'listObjects' ? undefined : Reflect.get(target, name)),
      });
    };
    expect(await complaint(fakeHarness({ open: withoutList }))).toContain('it lacks listObjects');
    const failing = (): never => {
      throw new Error('no such bucket');
    };
    expect(await complaint(fakeHarness({ open: failing }))).toContain('`open` failed: Error: no such bucket');
  });

  it('says that faults are declared where the client does not pass through wrap', async () => {
    const open = (context: OpenContext): Storage => fakeStorage(new Map(), { ...context, wrap: (client) => client });
    expect(await complaint(fakeHarness({ open }))).toContain('`open` did not pass its client through `context.wrap`');
    await probeStorage(fakeHarness({ open, faults: false }));
  });

  it('says that objects lie under a prefix that was made by chance', async () => {
    const place = new Map();
    const prefix = 'everywhere-the-same';
    const open = (context: OpenContext): Storage => fakeStorage(place, context, prefix);
    await fakeStorage(place, { ...contextless, prefix }).putObject('left-over', new Uint8Array(1));
    expect(await complaint(fakeHarness({ open }))).toContain('does `open` use `context.prefix`?');
  });

  it('says that two prefixes are one place, and leaves nothing there', async () => {
    const place = new Map();
    const open = (context: OpenContext): Storage => fakeStorage(place, context, 'everywhere-the-same');
    expect(await complaint(fakeHarness({ open }))).toContain('two prefixes lead to the same objects');
    expect(place.size).toBe(0);
  });

  it.each(['userMetadata', 'orderedList', 'caseSensitiveKeys', 'flatNamespace', 'conditionalCreate'] as const)(
    'says that the client has no %s where the harness declares it',
    async (name) => {
      const harness = harnessOf((client) => {
        client.capabilities = { ...client.capabilities, [name]: false };
      });
      expect(await complaint(harness)).toContain(`declare \`capabilities: { ${name}: false }\``);
    },
  );

  it('says that the client has no parts where the harness declares them', async () => {
    const harness = harnessOf((client) => Object.assign(client, { multipart: undefined }));
    expect(await complaint(harness)).toContain('declare `capabilities: { multipart: false }`');
    const open = harness.open;
    await probeStorage(fakeHarness({ open, capabilities: { multipart: false } }));
  });

  it('says that the storage drops metadata, whatever its client claims', async () => {
    const dropsMetadata = (client: FakeClient): void => {
      const store = client.store.bind(client);
      client.store = ({ metadata: _, ...request }) => store(request);
    };
    expect(await complaint(harnessOf(dropsMetadata))).toContain('declare `capabilities: { userMetadata: false }`');
    await probeStorage(harnessOf(dropsMetadata, { faults: false, capabilities: { userMetadata: false } }));
  });

  it.each(['conditionalCreate', 'conditionalUpdate'] as const)(
    'says that the storage refuses conditions where %s is declared, also without a client at hand',
    async (name) => {
      const without = harnessOf(
        (client) => {
          client.capabilities = { ...client.capabilities, [name]: false };
        },
        { faults: false },
      );
      expect(await complaint(without)).toContain(`declare \`capabilities: { ${name}: false }\``);
      await probeStorage({ ...without, capabilities: { [name]: false } });
    },
  );

  it('says that nothing answers at an endpoint, after a try or two', async () => {
    const port = await closedPort();
    let tries = 0;
    const harness = harnessOf((client) =>
      client.script(
        'page',
        ...Array.from({ length: 10 }, () => async () => {
          tries++;
          return await fetch(`http://127.0.0.1:${port}/`).catch((cause: unknown) => {
            throw new StorageError({ kind: 'unavailable', message: `nothing listens on port ${port}`, cause });
          });
        }),
      ),
    );
    const says = await complaint(harness);
    expect(says).toContain('the storage cannot be reached (does its endpoint run?)');
    expect(says).toContain(`nothing listens on port ${port}`);
    expect(tries).toBeLessThanOrEqual(2);
  });

  it.each([
    ['permission_denied', 'refuses the credentials'],
    ['unauthenticated', 'refuses the credentials'],
    ['timeout', 'cannot be reached'],
    ['unknown', 'cannot be used'],
  ] as const)('says of %s what it means', async (kind, says) => {
    const fails = async (): Promise<never> => {
      throw new StorageError({ kind, message: 'so it is' });
    };
    expect(await complaint(harnessOf((client) => client.script('page', fails, fails)))).toContain(says);
  });
});

const contextless: OpenContext = {
  prefix: '',
  settings: {},
  readOnly: false,
  onEvent: () => {},
  wrap: (client) => client,
};

/** A port on which something listened a moment ago and nothing does now. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
