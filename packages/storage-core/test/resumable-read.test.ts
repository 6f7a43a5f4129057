import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ClientBody, GetRequest } from '../src/client.ts';
import { StorageError } from '../src/errors.ts';
import { cloudDefaults, createStorage } from '../src/index.ts';
import type { FoundAnswer } from '../src/open-transfer.ts';
import { FakeClient, fakeStorage, gate, patterned, reset } from './fake-client.ts';

const data = patterned(50_000);

afterEach(() => {
  vi.useRealTimers();
});

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

const throwing = (): never => {
  throw new Error('cannot be released');
};

async function* iterated(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function iterable(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => iterated(bytes) };
}

/** Answers a get as it is, with another body over the same bytes. */
function withBody(bodyOver: (bytes: Uint8Array) => ClientBody) {
  return async (proceed: () => Promise<unknown>) => {
    const answer = (await proceed()) as FoundAnswer;
    await answer.body.cancel();
    return { ...answer, body: bodyOver(data.subarray(answer.range.start, answer.range.end)) };
  };
}

/** A body without a byte that ends when it is cancelled, as the streams of the web do. */
function endingWhenCancelled() {
  const [read, ended] = [gate(), gate()];
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    read.open();
    await ended.passed;
    return { done: true, value: undefined };
  };
  const body = (): ClientBody => ({ [Symbol.asyncIterator]: () => ({ next }), cancel: ended.open });
  return { body, read: read.passed, ended: ended.passed };
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
    const starts = [10_000, 10_000, 15_000];
    expect(later.map((request) => request.range)).toEqual(starts.map((start) => ({ start, end: 50_000 })));
    expect(later.every((request) => request.ifVersion?.etag === '"e1"')).toBe(true);
    expect(events.filter((event) => event.kind === 'read_resumed').length).toBe(3);
    expect(client.openBodies).toBe(0);
  });

  it.each(['bytes', 'stream'] as const)('is never padded where it ends early (%s)', async (reader) => {
    const { client, storage } = stored({ retries: { maxTries: 1 } });
    client.script(
      'get',
      withBody((bytes) => client.body(bytes.subarray(0, 49_999))),
    );
    const body = await storage.getObject('k');
    const read = reader === 'bytes' ? body.bytes() : drain(body.stream());
    await expect(read).rejects.toMatchObject({ kind: 'bad_response', path: 'k' });
    expect(client.openBodies).toBe(0);
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

  it.each(['bytes', 'stream'] as const)('may break as often as it likes while it gets on (%s)', async (reader) => {
    const mebibytes = patterned(3 * 1024 * 1024);
    const { client, storage } = fakeStorage({ retries: { maxTries: 2 } });
    client.chunkSizeBytes = 1024 * 1024;
    client.store({ key: 'p/k', data: mebibytes });
    client.script('get', ...Array.from({ length: 2 }, () => broken(client, 1024 * 1024)));
    const body = await storage.getObject('k');
    const read = reader === 'bytes' ? await body.bytes() : await drain(body.stream());
    expect(Buffer.compare(read, mebibytes)).toBe(0);
    expect(client.count('get')).toBe(3);
  });

  it('goes on also for a client that tries again by itself, since none does so amid a body', async () => {
    const client = new FakeClient();
    client.retriesInside = true;
    client.store({ key: 'p/k', data });
    client.script('get', broken(client, 10_000));
    const storage = createStorage(client, { defaults: cloudDefaults, settings: { retries: { initialBackoffMs: 0 } } });
    expect(await (await storage.getObject('k')).bytes()).toEqual(data);
  });

  it('is reported as broken, not as what its client says while it is cancelled', async () => {
    const { client, storage } = stored({ retries: { maxTries: 1 } });
    client.script(
      'get',
      withBody((bytes) => ({ ...client.body(bytes, 10), cancel: throwing })),
    );
    await expect((await storage.getObject('k')).bytes()).rejects.toMatchObject({ kind: 'unavailable', path: 'k' });
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

describe('a body that fills an array by itself', () => {
  const local = { timeouts: { networkStreamTimeoutMs: 0 }, retries: { maxTries: 1 } };
  const filling = (readInto: (target: Uint8Array) => Promise<number>) =>
    withBody((bytes) => ({ ...iterable(bytes), readInto, cancel() {} }));

  it('is asked to where nobody waits for single bytes', async () => {
    const { client, storage } = stored(local);
    client.script(
      'get',
      filling(async (target) => {
        target.set(data);
        return data.byteLength;
      }),
    );
    expect(await (await storage.getObject('k')).bytes()).toEqual(data);
  });

  it('is read chunk by chunk where a silent connection is to be noticed', async () => {
    const { client, storage } = stored({ timeouts: { networkStreamTimeoutMs: 1_000 } });
    client.script(
      'get',
      filling(() => new Promise(() => {})),
    );
    expect(await (await storage.getObject('k')).bytes()).toEqual(data);
  });

  it.each([Number.NaN, undefined, -1, 50_001, 1.5])(
    'is not believed where it says that %s bytes came',
    async (count) => {
      const { client, storage } = stored(local);
      client.script(
        'get',
        filling(async () => count as number),
      );
      await expect((await storage.getObject('k')).bytes()).rejects.toMatchObject({ kind: 'bad_response' });
    },
  );
});

describe('a body', () => {
  it('is read into memory that the client knows of, once, and filled with nothing else', async () => {
    const { client, storage } = stored({ timeouts: { networkStreamTimeoutMs: 0 } });
    const given: Uint8Array[] = [];
    const answer = async (proceed: () => Promise<unknown>) => {
      const found = (await proceed()) as { body: AsyncIterable<Uint8Array> & { cancel(): void } };
      const allocate = (sizeBytes: number) => {
        given.push(new Uint8Array(sizeBytes).fill(255));
        return given.at(-1);
      };
      return { ...found, body: Object.assign(found.body, { allocate }) };
    };
    client.script('get', answer);
    const bytes = await (await storage.getObject('k')).bytes();
    expect(bytes).toBe(given[0]);
    expect(bytes).toEqual(data);
  });

  it.each([-1, 1])('is not read into memory of another size: %i bytes more', async (more) => {
    const { client, storage } = stored();
    const allocate = (sizeBytes: number) => new Uint8Array(sizeBytes + more).fill(255);
    client.script(
      'get',
      withBody((bytes) => ({ ...iterable(bytes), allocate, cancel() {} })),
    );
    expect(await (await storage.getObject('k')).bytes()).toEqual(data);
  });

  it('is given whole whatever its client says while it is released', async () => {
    const { client, storage } = stored();
    for (const cancel of [throwing, () => Promise.reject(new Error('released twice'))]) {
      client.script(
        'get',
        withBody((bytes) => ({ ...iterable(bytes), cancel })),
      );
      expect(await (await storage.getObject('k')).bytes()).toEqual(data);
      client.script(
        'get',
        withBody((bytes) => ({ ...iterable(bytes), cancel })),
      );
      await (await storage.getObject('k')).cancel();
    }
  });

  it('does not hold its caller where it neither answers nor can be cancelled', async () => {
    const { client, storage } = stored();
    const controller = new AbortController();
    const silent = { next: () => new Promise<never>(() => {}) };
    client.script(
      'get',
      withBody(() => ({ [Symbol.asyncIterator]: () => silent, cancel: () => new Promise(() => {}) })),
    );
    const bytes = (await storage.getObject('k', { signal: controller.signal })).bytes();
    controller.abort('enough');
    await expect(bytes).rejects.toBe('enough');
  });

  it('asks for nothing more once it is cancelled, though it is being read', async () => {
    const { client, storage } = stored();
    const open = endingWhenCancelled();
    client.script('get', withBody(open.body));
    const body = await storage.getObject('k');
    const bytes = body.bytes();
    await open.read;
    await body.cancel();
    await expect(bytes).rejects.toMatchObject({ kind: 'closed', path: 'k' });
    expect(client.count('get')).toBe(1);
  });

  it('is released where it is cancelled while it is being asked for again', async () => {
    const { client, storage } = stored();
    const asked = gate();
    client.script('get', broken(client, 0), async (proceed) => {
      asked.open();
      await new Promise((resolve) => setImmediate(resolve));
      return await proceed();
    });
    const body = await storage.getObject('k');
    const bytes = body.bytes();
    await asked.passed;
    await body.cancel();
    await expect(bytes).rejects.toMatchObject({ kind: 'closed' });
    expect([client.count('get'), client.openBodies]).toEqual([2, 0]);
  });

  it('asks for nothing more once one of its parts has failed', async () => {
    const { client, storage } = stored({
      concurrency: { idealConcurrentRequestSize: 25_000, maxConcurrentRequestsForObject: 2 },
    });
    const open = endingWhenCancelled();
    const denied = new StorageError({ kind: 'permission_denied', message: 'no' });
    client.script('get', withBody(open.body), broken(client, 0, denied));
    const body = await storage.getObject('k', { range: { start: 0, end: 50_000 } });
    await expect(body.bytes()).rejects.toMatchObject({ kind: 'permission_denied' });
    await open.ended;
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(client.count('get')).toBe(2);
    expect(client.openBodies).toBe(0);
  });

  it('is released where one of its parts comes back while another fails, whichever is first', async () => {
    const concurrency = { idealConcurrentRequestSize: 25_000, maxConcurrentRequestsForObject: 2 };
    const denied = new StorageError({ kind: 'permission_denied', message: 'no' });
    for (let turns = 0; turns < 60; turns++) {
      const { client, storage } = stored({ concurrency });
      const [asked, failed] = [gate(), gate()];
      const next = () => failed.passed.then(() => Promise.reject(denied));
      client.script(
        'get',
        withBody(() => ({ [Symbol.asyncIterator]: () => ({ next }), cancel() {} })),
        broken(client, 0),
        async (proceed) => {
          asked.open();
          for (let turn = 0; turn < 30; turn++) await undefined;
          return await proceed();
        },
      );
      const body = await storage.getObject('k', { range: { start: 0, end: 50_000 } });
      const bytes = body.bytes();
      await asked.passed;
      for (let turn = 0; turn < turns; turn++) await undefined;
      failed.open();
      await expect(bytes).rejects.toMatchObject({ kind: 'permission_denied' });
      await new Promise((resolve) => setImmediate(resolve));
      expect([turns, client.count('get'), client.openBodies]).toEqual([turns, 3, 0]);
    }
  });

  it.each(['cancelled', 'of a storage that is closed'])('leaves no timer where it is %s in a pause', async (how) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { client, storage } = stored();
    const busy = new StorageError({ kind: 'unavailable', message: 'slow down', retryAfterMs: 180_000 });
    client.script('get', broken(client, 0, busy));
    const body = await storage.getObject('k');
    const bytes = body.bytes();
    await new Promise((resolve) => setImmediate(resolve));
    expect(vi.getTimerCount()).toBe(1);
    await (how === 'cancelled' ? body.cancel() : storage.close());
    await expect(bytes).rejects.toMatchObject({ kind: 'closed', path: 'k' });
    expect([vi.getTimerCount(), client.count('get'), client.openBodies]).toEqual([0, 1, 0]);
  });

  it('sends no more attempts once it is cancelled, though one of them fails', async () => {
    const { client, storage } = stored();
    const [asked, answered] = [gate(), gate()];
    const refusing = async (): Promise<never> => {
      asked.open();
      await answered.passed;
      throw reset();
    };
    client.script('get', broken(client, 0), refusing);
    const body = await storage.getObject('k');
    const bytes = body.bytes();
    await asked.passed;
    await body.cancel();
    answered.open();
    await expect(bytes).rejects.toMatchObject({ kind: 'closed', path: 'k' });
    expect([client.count('get'), client.openBodies]).toEqual([2, 0]);
  });

  it('that no array can hold is released, and says so', async () => {
    const { client, storage } = stored();
    let released = 0;
    client.script('get', async (proceed) => {
      const answer = (await proceed()) as { body: { cancel(): void } };
      await answer.body.cancel();
      const sizeBytes = Number.MAX_SAFE_INTEGER;
      const body = { ...iterable(data), cancel: () => void released++ };
      return { ...answer, sizeBytes, range: { start: 0, end: sizeBytes }, body };
    });
    await expect((await storage.getObject('k')).bytes()).rejects.toThrow('stream()');
    expect(released).toBe(1);
  });

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
