import { describe, expect, it } from 'vitest';
import type { GetRequest } from '../src/client.ts';
import { StorageError } from '../src/errors.ts';
import { fakeStorage, patterned, reset } from './fake-client.ts';

const data = patterned(50_000);

/** Answers with a body that fails after so many bytes. */
function broken(client: ReturnType<typeof fakeStorage>['client'], breakAfter: number, failure: unknown = reset()) {
  return async (_: unknown, __: unknown, request: unknown) => {
    const {
      version,
      sizeBytes,
      data: bytes,
    } = client.objects.get('p/k') as { version: object; sizeBytes: number; data: Uint8Array };
    const range = (request as GetRequest).range ?? { start: 0, end: sizeBytes };
    return {
      kind: 'found',
      version,
      sizeBytes,
      range,
      body: client.body(bytes.subarray(range.start, range.end), breakAfter, failure),
    };
  };
}

function stored(settings = {}) {
  const fake = fakeStorage(settings);
  fake.client.store({ key: 'p/k', data });
  return fake;
}

async function drain(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

describe('a transfer that breaks off', () => {
  it.each(['bytes', 'stream'] as const)('goes on from where it was, under the same version (%s)', async (reader) => {
    const { client, storage, events } = stored();
    client.script('get', broken(client, 10_000), broken(client, 0), broken(client, 5_000));
    const body = await storage.getObject('k');
    expect(reader === 'bytes' ? await body.bytes() : await drain(body.stream())).toEqual(data);
    const later = client.requests<GetRequest>('get').slice(1);
    const starts = reader === 'bytes' ? [0, 0, 0] : [10_000, 10_000, 15_000];
    expect(later.map((request) => request.range)).toEqual(starts.map((start) => ({ start, end: 50_000 })));
    expect(later.every((request) => request.ifVersion?.etag === '"e1"')).toBe(true);
    expect(events.filter((event) => event.kind === 'read_resumed').length).toBe(3);
    expect(client.openBodies).toBe(0);
  });

  it.each(['bytes', 'stream'] as const)('is never padded where it ends early (%s)', async (reader) => {
    const { client, storage } = stored({ retries: { maxTries: 1 } });
    client.script('get', async (proceed) => ({
      ...((await proceed()) as object),
      body: client.body(data.subarray(0, 49_999)),
    }));
    const body = await storage.getObject('k');
    const read = reader === 'bytes' ? body.bytes() : drain(body.stream());
    await expect(read).rejects.toMatchObject({ kind: 'bad_response', path: 'k' });
    expect(client.openBodies).toBe(1);
  });

  it('says so where the object was replaced or deleted in the meantime', async () => {
    for (const change of ['replace', 'delete'] as const) {
      const { client, storage } = stored();
      client.script('get', broken(client, 10_000));
      const body = await storage.getObject('k');
      if (change === 'replace') client.store({ key: 'p/k', data: patterned(10) });
      else client.objects.delete('p/k');
      await expect(body.bytes()).rejects.toMatchObject({ kind: 'changed_while_reading', path: 'k' });
      expect(client.openBodies).toBe(0);
    }
  });

  it('gives up after maxTries breaks without progress', async () => {
    const { client, storage } = stored({ retries: { maxTries: 3 } });
    client.script('get', ...Array.from({ length: 9 }, () => broken(client, 0)));
    await expect((await storage.getObject('k')).bytes()).rejects.toMatchObject({ kind: 'unavailable', attempts: 3 });
    expect(client.count('get')).toBe(3);
  });

  it('does not go on after a failure that will not pass', async () => {
    const { client, storage } = stored();
    client.script('get', broken(client, 100, new StorageError({ kind: 'permission_denied', message: 'no' })));
    await expect((await storage.getObject('k')).bytes()).rejects.toMatchObject({ kind: 'permission_denied' });
    expect(client.count('get')).toBe(1);
  });

  it('counts as broken where no byte comes for networkStreamTimeoutMs', async () => {
    const { client, storage } = stored({ timeouts: { networkStreamTimeoutMs: 20 } });
    client.script('get', async (proceed) => {
      const silent = { next: () => new Promise<never>(() => {}) };
      return { ...((await proceed()) as object), body: { [Symbol.asyncIterator]: () => silent, cancel() {} } };
    });
    expect(await (await storage.getObject('k')).bytes()).toEqual(data);
    expect(client.count('get')).toBe(2);
  });
});

describe('a body', () => {
  it('can be used once', async () => {
    const { storage } = stored();
    const body = await storage.getObject('k');
    await body.bytes();
    await expect(body.bytes()).rejects.toMatchObject({ kind: 'invalid_options' });
    expect(() => body.stream()).toThrow('used or cancelled before');
  });

  it('is released by cancel, by leaving its stream, and by the signal', async () => {
    const { client, storage } = stored();
    const cancelled = await storage.getObject('k');
    await cancelled.cancel();
    await cancelled.cancel();
    await expect(cancelled.bytes()).rejects.toMatchObject({ kind: 'invalid_options' });
    for await (const chunk of (await storage.getObject('k')).stream()) {
      expect(chunk.byteLength).toBe(1024);
      break;
    }
    expect(client.openBodies).toBe(0);
    const controller = new AbortController();
    const body = await storage.getObject('k', { signal: controller.signal });
    controller.abort('enough');
    await expect(body.bytes()).rejects.toBe('enough');
    expect(client.openBodies).toBe(0);
  });

  it('hands out nothing before it is asked to', async () => {
    const { client, storage } = stored();
    let pulled = 0;
    client.script('get', async (proceed) => {
      const answer = (await proceed()) as { body: AsyncIterable<Uint8Array> & { cancel(): void } };
      const { body } = answer;
      return {
        ...answer,
        body: {
          async *[Symbol.asyncIterator]() {
            for await (const chunk of body) {
              pulled++;
              yield chunk;
            }
          },
          cancel: () => body.cancel(),
        },
      };
    });
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    const reader = (await storage.getObject('k')).stream().getReader();
    await settled();
    expect(pulled).toBe(0);
    await reader.read();
    await settled();
    expect(pulled).toBe(1);
    await reader.cancel();
    expect(client.openBodies).toBe(0);
  });
});
