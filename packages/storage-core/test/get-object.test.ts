import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { GetRequest } from '../src/client.ts';
import { StorageError } from '../src/errors.ts';
import { countedSignal } from './counted-signal.ts';
import { failing, fakeStorage, gate, patterned } from './fake-client.ts';

const parts = { concurrency: { idealConcurrentRequestSize: 10, maxConcurrentRequestsForObject: 4 } };
const data = patterned(95);

function stored(bytes = data, settings = parts) {
  const fake = fakeStorage(settings);
  fake.client.store({
    key: 'p/k',
    data: bytes,
    contentType: 'text/plain',
    metadata: { x: 'y', icechunkwriteid: 'id' },
  });
  return fake;
}

afterEach(() => {
  vi.useRealTimers();
});

describe('getObject', () => {
  it('gives what the answer said of the object, without the entries that recover lost responses', async () => {
    const { client, storage } = stored();
    const body = await storage.getObject('k');
    const { version, lastModified } = client.objects.get('p/k') ?? {};
    expect(body).toMatchObject({
      version,
      lastModified,
      sizeBytes: 95,
      range: { start: 0, end: 95 },
      contentType: 'text/plain',
    });
    expect(body.metadata).toEqual({ x: 'y' });
    expect(await body.bytes()).toEqual(data);
    expect(client.openBodies).toBe(0);
  });

  it('gives the exact bytes of any range, however it is split and streamed', async () => {
    const range = fc.tuple(fc.nat(94), fc.nat(120)).map(([start, more]) => ({ start, end: start + more }));
    const shape = fc.record({
      ideal: fc.integer({ min: 1, max: 40 }),
      most: fc.integer({ min: 1, max: 9 }),
      chunk: fc.integer({ min: 1, max: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(range, shape, fc.boolean(), async (range, { ideal, most, chunk }, streamed) => {
        const settings = { concurrency: { idealConcurrentRequestSize: ideal, maxConcurrentRequestsForObject: most } };
        const { client, storage } = stored(data, settings);
        client.chunkSizeBytes = chunk;
        const body = await storage.getObject('k', { range });
        const bytes = streamed ? new Uint8Array(await new Response(body.stream()).arrayBuffer()) : await body.bytes();
        expect(bytes).toEqual(data.slice(range.start, range.end));
        expect(client.count('get')).toBeLessThanOrEqual(most + (most === 1 ? 1 : 0));
        expect(client.openBodies).toBe(0);
      }),
    );
  });

  it('asks for the later parts of a large range under the version of the first', async () => {
    const { client, storage } = stored();
    await (await storage.getObject('k', { range: { start: 5, end: 45 } })).bytes();
    const requests = client.requests<GetRequest>('get');
    expect(requests.map((request) => request.range)).toEqual([
      { start: 5, end: 15 },
      { start: 15, end: 25 },
      { start: 25, end: 35 },
      { start: 35, end: 45 },
    ]);
    expect(requests.map((request) => request.ifVersion?.etag)).toEqual([undefined, '"e1"', '"e1"', '"e1"']);
  });

  it('sends one request where the caller splits by itself', async () => {
    const { client, storage } = stored();
    expect(await (await storage.getObject('k', { range: { start: 0, end: 95 }, splitRange: false })).bytes()).toEqual(
      data,
    );
    expect(client.count('get')).toBe(1);
  });

  it('begins anew where the object is replaced between two parts, and gives bytes of one version', async () => {
    const { client, storage, events } = stored();
    const other = patterned(95).reverse();
    client.script('get', async (proceed) => {
      const answer = await proceed();
      client.store({ key: 'p/k', data: other });
      return answer;
    });
    const body = await storage.getObject('k', { range: { start: 0, end: 95 } });
    expect(body.version).toEqual(client.objects.get('p/k')?.version);
    expect(await body.bytes()).toEqual(other);
    expect(events.map((event) => event.kind)).toEqual(['read_restarted']);
    expect(client.openBodies).toBe(0);
  });

  it('gives up where the object is replaced under every attempt', async () => {
    const { client, storage } = stored();
    for (let index = 0; index < 30; index++) {
      client.script('get', async (proceed, _, request) => {
        const answer = await proceed();
        if (!(request as GetRequest).ifVersion) client.store({ key: 'p/k', data });
        return answer;
      });
    }
    const read = storage.getObject('k', { range: { start: 0, end: 95 } });
    await expect(read).rejects.toMatchObject({ kind: 'changed_while_reading', path: 'k' });
    expect(client.openBodies).toBe(0);
  });

  it('notices the replacement also on a server that ignores conditions', async () => {
    const { client, storage } = stored();
    client.script('get', async (proceed) => {
      const answer = await proceed();
      client.store({ key: 'p/k', data: patterned(95).reverse() });
      return answer;
    });
    for (let index = 0; index < 3; index++) {
      client.script('get', async () => {
        const {
          version,
          sizeBytes,
          data: bytes,
        } = client.objects.get('p/k') as { version: object; sizeBytes: number; data: Uint8Array };
        return { kind: 'found', version, sizeBytes, range: { start: 0, end: sizeBytes }, body: client.body(bytes) };
      });
    }
    const body = await storage.getObject('k', { range: { start: 0, end: 95 } });
    expect(await body.bytes()).toEqual(patterned(95).reverse());
    expect(body.version).toEqual({ etag: '"e2"' });
  });

  it('cuts the range out of a whole object', async () => {
    const { client, storage } = stored();
    client.script('get', async () => ({
      kind: 'found',
      version: { etag: '"e1"' },
      sizeBytes: 95,
      range: { start: 0, end: 95 },
      body: client.body(data),
    }));
    expect(await (await storage.getObject('k', { range: { start: 7, end: 12 } })).bytes()).toEqual(data.slice(7, 12));
    expect(client.openBodies).toBe(0);
  });

  it('refuses an answer whose range does not hold what was asked for', async () => {
    const { client, storage } = stored();
    client.script('get', async () => ({
      kind: 'found',
      version: { etag: '"e1"' },
      sizeBytes: 95,
      range: { start: 8, end: 12 },
      body: client.body(data.subarray(8, 12)),
    }));
    await expect(storage.getObject('k', { range: { start: 7, end: 12 } })).rejects.toMatchObject({
      kind: 'bad_response',
    });
    expect(client.openBodies).toBe(0);
  });

  it('refuses an answer without a version', async () => {
    for (const version of [{}, undefined]) {
      const { client, storage } = stored();
      client.script('get', async (proceed) => ({ ...((await proceed()) as object), version }));
      await expect(storage.getObject('k')).rejects.toMatchObject({ kind: 'bad_response', path: 'k' });
      expect(client.openBodies).toBe(0);
      client.script('head', async (proceed) => ({ ...((await proceed()) as object), version }));
      const empty = storage.getObject('k', { range: { start: 1, end: 1 } });
      await expect(empty).rejects.toMatchObject({ kind: 'bad_response', path: 'k' });
    }
  });

  it.each([
    ['holds too little', { start: 0, end: 5 }, { start: 2, end: 8 }, 'bad_response'],
    ['is whole, and ends before the range', { start: 0, end: 95 }, { start: 95, end: 99 }, 'invalid_range'],
  ])('says where it was, and releases the body, where the answer %s', async (_, answered, range, kind) => {
    const { client, storage } = stored();
    const head = { version: { etag: '"e1"' }, sizeBytes: 95 };
    client.script('get', async () => ({ kind: 'found', ...head, range: answered, body: client.body(data) }));
    const expected = { kind, path: 'k', operation: 'getObject', backend: 'fake' };
    await expect(storage.getObject('k', { range })).rejects.toMatchObject(expected);
    expect(client.openBodies).toBe(0);
  });

  it.each(['not_found', 'invalid_range'] as const)('reads anew where a later part is %s', async (kind) => {
    const { client, storage, events } = stored();
    const replaced = patterned(20).reverse();
    client.script(
      'get',
      (proceed) => proceed(),
      async () => {
        client.store({ key: 'p/k', data: replaced });
        throw new StorageError({ kind, message: 'no such bytes' });
      },
    );
    const body = await storage.getObject('k', { range: { start: 0, end: 95 } });
    expect(await body.bytes()).toEqual(replaced);
    expect(events).toEqual([{ kind: 'read_restarted', path: 'k' }]);
    expect(client.openBodies).toBe(0);
  });

  it('takes an empty range for zero bytes of an existing object, wherever it lies', async () => {
    const { client, storage } = stored();
    for (const at of [0, 50, 95, 1000]) {
      const body = await storage.getObject('k', { range: { start: at, end: at } });
      expect(await body.bytes()).toEqual(new Uint8Array(0));
      expect(body.version).toEqual({ etag: '"e1"' });
    }
    expect(client.count('get')).toBe(0);
    await expect(storage.getObject('nope', { range: { start: 3, end: 3 } })).rejects.toMatchObject({
      kind: 'not_found',
    });
  });

  it('refuses a range that begins at the end or behind it, also of an empty object', async () => {
    const { client, storage } = stored();
    client.store({ key: 'p/empty', data: new Uint8Array(0) });
    for (const [path, start] of [
      ['k', 95],
      ['k', 96],
      ['empty', 0],
    ] as const) {
      await expect(storage.getObject(path, { range: { start, end: start + 1 } })).rejects.toMatchObject({
        kind: 'invalid_range',
      });
    }
  });

  it('releases an empty object without being asked to', async () => {
    const { client, storage } = stored(new Uint8Array(0));
    const body = await storage.getObject('k');
    expect(client.openBodies).toBe(0);
    expect((await body.bytes()).byteLength).toBe(0);
  });

  it.each([
    { start: -1, end: 2 },
    { start: 2, end: 1 },
    { start: 0.5, end: 2 },
    { start: Number.NaN, end: 2 },
    { start: 0, end: 2 ** 53 },
  ])('refuses %o before any request', async (range) => {
    const { client, storage } = stored();
    await expect(storage.getObject('k', { range })).rejects.toMatchObject({ kind: 'invalid_range', path: 'k' });
    expect(client.calls).toEqual([]);
  });

  it('releases an answer that came after its caller had left', async () => {
    const { client, storage } = stored();
    const controller = new AbortController();
    let late: () => void = () => {};
    const answered = new Promise<void>((resolve) => {
      late = resolve;
    });
    client.script('get', async (proceed) => {
      controller.abort('left');
      await answered;
      return await proceed();
    });
    await expect(storage.getObject('k', { signal: controller.signal })).rejects.toBe('left');
    late();
    await new Promise((resolve) => setImmediate(resolve));
    expect(client.calls.length).toBe(1);
    expect(client.openBodies).toBe(0);
  });

  it('releases an answer whenever its caller leaves', async () => {
    for (let turns = 0; turns < 12; turns++) {
      const { client, storage } = stored();
      const controller = new AbortController();
      const leave = async (): Promise<void> => {
        for (let turn = 0; turn < turns; turn++) await undefined;
        controller.abort('left');
      };
      client.script('get', async (proceed) => {
        const answer = await proceed();
        void leave();
        return answer;
      });
      const body = await storage.getObject('k', { signal: controller.signal }).catch(() => undefined);
      await body?.cancel();
      await new Promise((resolve) => setImmediate(resolve));
      expect([turns, client.openBodies]).toEqual([turns, 0]);
    }
  });

  it.each(['is of another version', 'cannot be read'])(
    'waits for no part to be sent again once one %s',
    async (how) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const { client, storage } = stored();
      const busy = new StorageError({ kind: 'unavailable', message: 'slow down', retryAfterMs: 180_000 });
      const late = gate();
      client.script(
        'get',
        (proceed) => proceed(),
        failing(busy),
        async () => {
          await late.passed;
          if (how === 'cannot be read') throw new StorageError({ kind: 'permission_denied', message: 'no' });
          client.store({ key: 'p/k', data: patterned(60) });
          return { kind: 'changed' };
        },
      );
      const { signal, listeners } = countedSignal();
      const read = storage.getObject('k', { range: { start: 0, end: 40 }, signal }).then((body) => body.bytes());
      await new Promise((resolve) => setImmediate(resolve));
      expect(vi.getTimerCount()).toBe(1);
      late.open();
      if (how === 'cannot be read') await expect(read).rejects.toMatchObject({ kind: 'permission_denied', path: 'k' });
      else expect(await read).toEqual(patterned(60).slice(0, 40));
      expect([vi.getTimerCount(), client.openBodies, listeners()]).toEqual([0, 0, 0]);
    },
  );

  it('leaves no part open where one of them fails', async () => {
    const { client, storage } = stored();
    const denied = new StorageError({ kind: 'permission_denied', message: 'no' });
    client.script(
      'get',
      (proceed) => proceed(),
      (proceed) => proceed(),
      failing(denied),
    );
    await expect(storage.getObject('k', { range: { start: 0, end: 95 } })).rejects.toMatchObject({
      kind: 'permission_denied',
    });
    expect(client.openBodies).toBe(0);
  });
});

describe('getObjectConditional', () => {
  it('tells the same version from another, and gives the object in the other case', async () => {
    const { client, storage } = stored();
    expect(await storage.getObjectConditional('k', { etag: '"e1"' })).toEqual({ kind: 'on_latest_version' });
    client.store({ key: 'p/k', data: patterned(3) });
    const result = await storage.getObjectConditional('k', { etag: '"e1"' });
    if (result.kind !== 'modified') throw new Error('a changed object was called the same');
    expect(result.object.version).toEqual({ etag: '"e2"' });
    expect(await result.object.bytes()).toEqual(patterned(3));
    expect(client.openBodies).toBe(0);
  });

  it('gives the object where no version is known, or one that nobody hands out', async () => {
    const { client, storage } = stored();
    for (const version of [undefined, {}, { etag: '' }, { etag: 'a\nb' }, { etag: 'garbage' }, { etag: '"garbage"' }]) {
      const result = await storage.getObjectConditional('k', version);
      if (result.kind !== 'modified') throw new Error('called the same');
      expect(await result.object.bytes()).toEqual(data);
    }
    expect(client.requests<GetRequest>('get').map((request) => request.ifNotVersion?.etag)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      'garbage',
      '"garbage"',
    ]);
  });

  it('is not misled by a server that ignores the condition', async () => {
    const { client, storage } = stored();
    client.script('get', async () => ({
      kind: 'found',
      version: { etag: '"e1"' },
      sizeBytes: 95,
      range: { start: 0, end: 95 },
      body: client.body(data),
    }));
    expect(await storage.getObjectConditional('k', { etag: '"e1"' })).toEqual({ kind: 'on_latest_version' });
    expect(client.openBodies).toBe(0);
  });

  it('says not_found with and without a version', async () => {
    const { storage } = fakeStorage();
    for (const version of [undefined, { etag: '"e1"' }]) {
      await expect(storage.getObjectConditional('k', version)).rejects.toMatchObject({ kind: 'not_found', path: 'k' });
    }
  });

  it('takes a 304 that nobody asked for as a bad answer', async () => {
    const { client, storage } = stored();
    client.script(
      'get',
      async () => ({ kind: 'not_modified' }),
      async () => ({ kind: 'not_modified' }),
    );
    await expect(storage.getObjectConditional('k', undefined)).rejects.toMatchObject({ kind: 'bad_response' });
    await expect(storage.getObject('k')).rejects.toMatchObject({ kind: 'bad_response' });
  });
});
