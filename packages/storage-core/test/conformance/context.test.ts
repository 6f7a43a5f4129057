import { describe, expect, it } from 'vitest';
import { OpenedCase } from '../../src/conformance/context.ts';
import { lostAnswer } from '../../src/conformance/faults.ts';
import type { ConformanceHarness, OpenContext } from '../../src/conformance/harness.ts';
import { SeededRandom } from '../../src/conformance/seeded-random.ts';
import type { Storage } from '../../src/index.ts';
import { fakeHarness, fakeStorage } from './fake-harness.ts';

const bytes = new Uint8Array([1, 2, 3]);

async function opened(harness: ConformanceHarness = fakeHarness()): Promise<OpenedCase> {
  const context = new OpenedCase(harness, 'a-prefix', new SeededRandom(1), new AbortController().signal);
  await context.start();
  return context;
}

describe('OpenedCase', () => {
  it('opens handles that see the same objects', async () => {
    const context = await opened();
    await context.storage.putObject('a', bytes);
    const again = await context.open();
    expect(await (await again.getObject('a')).bytes()).toEqual(bytes);
    const { storage } = await context.openFaulty();
    expect(await (await storage.getObject('a')).bytes()).toEqual(bytes);
  });

  it('hands its options to the harness', async () => {
    const context = await opened();
    const readOnly = await context.open({ readOnly: true });
    await expect(readOnly.putObject('a', bytes)).rejects.toMatchObject({ kind: 'read_only' });
    const settled = await context.open({ settings: { minimumSizeForMultipartUpload: 7 } });
    expect(settled.settings.minimumSizeForMultipartUpload).toBe(7);
  });

  it('gives a client that sees every call and fails as it is told, with short pauses', async () => {
    const context = await opened();
    const { storage, client, events } = await context.openFaulty();
    client.next('put', lostAnswer);
    expect(await storage.putObject('a', bytes, { condition: { kind: 'create' } })).toMatchObject({ kind: 'updated' });
    expect(client.count('put')).toBe(2);
    expect(events.map((event) => event.kind)).toEqual(['retry', 'write_recovered']);
    expect(storage.settings.retries.maxBackoffMs).toBeLessThanOrEqual(10);
  });

  it("lays a case's settings over the short pauses", async () => {
    const context = await opened();
    const { storage } = await context.openFaulty({ settings: { unsafeUseMetadata: false } });
    expect(storage.settings.unsafeUseMetadata).toBe(false);
    expect(storage.settings.retries.maxTries).toBe(4);
  });

  it('says that the client did not pass through wrap', async () => {
    const open = (context: OpenContext): Storage => fakeStorage(new Map(), { ...context, wrap: (client) => client });
    const context = await opened(fakeHarness({ open }));
    await expect(context.openFaulty()).rejects.toThrow('did not pass its client through `context.wrap`');
  });

  it('opens the second instance on the same prefix, and says where there is none', async () => {
    const prefixes: string[] = [];
    const openSecond = (context: OpenContext): Storage => {
      prefixes.push(context.prefix);
      return fakeStorage(new Map(), context);
    };
    await (await opened(fakeHarness({ openSecond }))).openSecond();
    expect(prefixes).toEqual(['a-prefix']);
    await expect((await opened()).openSecond()).rejects.toThrow('`second`');
  });

  it('knows the capabilities and limits of the harness, and the defaults', async () => {
    const limited = fakeHarness({ capabilities: { orderedList: false }, limits: { manyObjects: 12 } });
    const context = await opened(limited);
    expect(context.capabilities).toMatchObject({ orderedList: false, userMetadata: true, contentEtags: false });
    expect(context.manyObjects).toBe(12);
    expect((await opened()).manyObjects).toBe(2_500);
  });

  it('closes every handle, also after one that fails to', async () => {
    const context = await opened(fakeHarness({ openSecond: (given) => fakeStorage(new Map(), given) }));
    const handles = [context.storage, await context.open(), await context.openSecond()];
    handles.push((await context.openFaulty()).storage);
    Object.assign(handles[1] as Storage, { close: () => Promise.reject(new Error('still open')) });
    const closeLast = handles[3]?.close.bind(handles[3]);
    let waitedFor = 0;
    const closeLate = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve));
      await closeLast?.();
      waitedFor++;
    };
    Object.assign(handles[3] as Storage, { close: closeLate });
    await expect(context.close()).rejects.toThrow('still open');
    expect(waitedFor).toBe(1);
    for (const at of [0, 2, 3]) await expect(handles[at]?.canWrite()).rejects.toMatchObject({ kind: 'closed' });
  });
});
