import { describe, expect, it } from 'vitest';
import type { ClientBody, DeleteOutcome, GetAnswer, ListedObject, ListPage } from '../../src/client.ts';
import type { ClientVerb } from '../../src/conformance/client-verb.ts';
import * as faults from '../../src/conformance/faults.ts';
import type { Fault } from '../../src/conformance/faulty-client.ts';
import { isStorageError, type StorageError } from '../../src/index.ts';
import { FakeClient } from '../fake-client.ts';

/** Lets a call meet a fault. `answer` is what the client would say. */
function meet(fault: Fault, answer: unknown = 'the answer', more: { verb?: ClientVerb; signal?: AbortSignal } = {}) {
  const sent: unknown[] = [];
  const send = async (request: unknown = 'the request'): Promise<unknown> => {
    sent.push(request);
    return typeof answer === 'function' ? answer(request) : answer;
  };
  const { verb = 'put', signal = new AbortController().signal } = more;
  return { outcome: fault({ verb, request: 'the request', context: { signal }, send }), sent };
}

async function errorOf(promise: Promise<unknown>): Promise<StorageError> {
  const error = await promise.then(
    () => undefined,
    (err: unknown) => err,
  );
  if (isStorageError(error)) return error;
  throw new Error(`expected a StorageError, saw ${String(error)}`);
}

describe('faults of whole calls', () => {
  it.each([
    ['lostAnswer', faults.lostAnswer, 'unavailable', 1],
    ['refusedConnection', faults.refusedConnection, 'unavailable', 0],
    ['busy', faults.busy, 'unavailable', 0],
    ['denied', faults.denied, 'permission_denied', 0],
    ['expiredCredential', faults.expiredCredential, 'unauthenticated', 0],
    ['uploadGone', faults.uploadGone, 'not_found', 0],
  ] as const)('%s', async (_, fault, kind, requests) => {
    const { outcome, sent } = meet(fault);
    expect((await errorOf(outcome)).kind).toBe(kind);
    expect(sent).toHaveLength(requests);
  });

  it('carry what a provider would say', async () => {
    expect(await errorOf(meet(faults.busy).outcome)).toMatchObject({ status: 503, retry: 'again' });
    expect(await errorOf(meet(faults.tooMany(7)).outcome)).toMatchObject({
      status: 429,
      retryAfterMs: 7,
      retry: 'again',
    });
    expect(await errorOf(meet(faults.expiredCredential).outcome)).toMatchObject({
      status: 401,
      retry: 'after_refresh',
    });
    expect(await errorOf(meet(faults.denied).outcome)).toMatchObject({ status: 403, retry: 'no' });
    expect(await errorOf(meet(faults.uploadGone).outcome)).toMatchObject({ providerCode: 'NoSuchUpload' });
  });

  it('a lost answer to a get releases the body that nobody else knows of', async () => {
    const inner = new FakeClient();
    const body = inner.body(new Uint8Array(3));
    await errorOf(meet(faults.lostAnswer, { kind: 'found', body }, { verb: 'get' }).outcome);
    expect(inner.openBodies).toBe(0);
    expect((await errorOf(meet(faults.lostAnswer, { kind: 'changed' }, { verb: 'get' }).outcome)).kind).toBe(
      'unavailable',
    );
  });

  it('a stall ends by its signal, before or while it stalls', async () => {
    const controller = new AbortController();
    const { outcome, sent } = meet(faults.stalled, undefined, { signal: controller.signal });
    controller.abort('enough');
    await expect(outcome).rejects.toBe('enough');
    await expect(meet(faults.stalled, undefined, { signal: controller.signal }).outcome).rejects.toBe('enough');
    expect(sent).toEqual([]);
  });

  it('an answer that is made up asks nothing', async () => {
    const { outcome, sent } = meet(faults.answered('made up'));
    expect([await outcome, sent]).toEqual(['made up', []]);
  });

  it('others overtake a call that is held back, and the answer of the call', async () => {
    const order: string[] = [];
    const late = meet(faults.overtaken(2), () => order.push('late is asked')).outcome.then(() =>
      order.push('late ends'),
    );
    const soon = meet(faults.overtaken(1), () => order.push('soon is asked')).outcome.then(() =>
      order.push('soon ends'),
    );
    await Promise.all([late, soon]);
    expect(order.indexOf('soon is asked')).toBeLessThan(order.indexOf('late is asked'));
    expect(order.indexOf('soon ends')).toBeLessThan(order.indexOf('late ends'));
  });
});

describe('faults of bodies', () => {
  const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7]);

  async function read(fault: Fault, chunkSizeBytes: number): Promise<{ seen: number[]; error: unknown }> {
    const inner = Object.assign(new FakeClient(), { chunkSizeBytes });
    const answer = { kind: 'found', body: inner.body(bytes) };
    const { body } = (await meet(fault, answer).outcome) as { body: ClientBody };
    const seen: number[] = [];
    let error: unknown;
    try {
      for await (const chunk of body) seen.push(...chunk);
    } catch (err) {
      error = err;
    }
    await body.cancel();
    expect(inner.openBodies).toBe(0);
    return { seen, error };
  }

  it.each([1, 2, 4, 7, 100])('cut or shorten a body in chunks of %d bytes', async (chunkSizeBytes) => {
    const cut = await read(faults.cutBody(4), chunkSizeBytes);
    expect([cut.seen, isStorageError(cut.error, 'unavailable')]).toEqual([[1, 2, 3, 4], true]);
    const short = await read(faults.shortBody(4), chunkSizeBytes);
    expect(short).toEqual({ seen: [1, 2, 3, 4], error: undefined });
    expect((await read(faults.shortBody(0), chunkSizeBytes)).seen).toEqual([]);
  });

  it('leave a body that is shorter alone, and an answer without one', async () => {
    expect(await read(faults.shortBody(8), 3)).toEqual({ seen: [...bytes], error: undefined });
    const unchanged: GetAnswer = { kind: 'not_modified' };
    expect(await meet(faults.cutBody(1), unchanged).outcome).toBe(unchanged);
  });

  it('stall after some bytes, and can be cancelled', async () => {
    const inner = new FakeClient();
    const { body } = (await meet(faults.stalledBody(2), { kind: 'found', body: inner.body(bytes) }).outcome) as {
      body: ClientBody;
    };
    const chunks = body[Symbol.asyncIterator]();
    expect((await chunks.next()).value).toEqual(new Uint8Array([1, 2]));
    const next = chunks.next().then(() => 'more came');
    expect(await Promise.race([next, new Promise((resolve) => setTimeout(resolve, 5, 'nothing came'))])).toBe(
      'nothing came',
    );
    await body.cancel();
    expect(inner.openBodies).toBe(0);
  });
});

describe('faults of other answers', () => {
  it('take the metadata out of a HEAD', async () => {
    const head = { sizeBytes: 1, version: { etag: 'e' }, metadata: { a: 'b' } };
    expect(await meet(faults.headWithoutMetadata, head).outcome).toEqual({ sizeBytes: 1, version: { etag: 'e' } });
  });

  it('put a token on a page', async () => {
    const page: ListPage = { objects: [], nextPageToken: 'real' };
    expect(await meet(faults.stuckToken('t'), page).outcome).toEqual({ objects: [], nextPageToken: 't' });
    expect(await meet(faults.stuckToken('t'), { objects: [] }).outcome).toEqual({ objects: [], nextPageToken: 't' });
  });

  it('keep keys from being deleted, with an error or without a word', async () => {
    const error = new Error('no');
    const deleteAll = (keys: unknown): DeleteOutcome[] => (keys as string[]).map((key) => ({ key }));
    const call = (fault: Fault) => {
      const sent: unknown[] = [];
      const send = async (keys: unknown): Promise<unknown> => {
        sent.push(keys);
        return deleteAll(keys);
      };
      const context = { signal: new AbortController().signal };
      return { outcome: fault({ verb: 'delete', request: ['a', 'b'], context, send }), sent };
    };
    const told = call(faults.keptKeys((key) => key === 'a', error));
    expect([await told.outcome, told.sent]).toEqual([[{ key: 'b' }, { key: 'a', error }], [['b']]]);
    const untold = call(faults.keptKeys((key) => key === 'a'));
    expect([await untold.outcome, untold.sent]).toEqual([[{ key: 'b' }], [['b']]]);
  });

  it('break a stream off after some objects', async () => {
    async function* objects(): AsyncGenerator<ListedObject> {
      for (const key of ['a', 'b']) yield { key, sizeBytes: 0, createdAt: new Date(0) };
    }
    for (const [after, expected] of [
      [0, []],
      [1, ['a']],
      [9, ['a', 'b']],
    ] as const) {
      const stream = (await meet(faults.brokenStream(after), objects()).outcome) as AsyncIterable<ListedObject>;
      const seen: string[] = [];
      const reading = (async () => {
        for await (const { key } of stream) seen.push(key);
      })();
      expect((await errorOf(reading)).kind).toBe('unavailable');
      expect(seen).toEqual(expected);
    }
  });
});

describe('survivableFaults', () => {
  it('fail in no way that core would not try again', async () => {
    const all = Object.entries(faults.survivableFaults).flatMap(([verb, some]) =>
      some.map((fault) => ({ verb, fault })),
    );
    expect(all.length).toBeGreaterThan(20);
    for (const { verb, fault } of all) {
      const answer = { kind: 'found', body: new FakeClient().body(new Uint8Array(1)) };
      const error = await meet(fault, answer, { verb: verb as ClientVerb }).outcome.then(
        () => undefined,
        (err: unknown) => err,
      );
      expect(error === undefined || (isStorageError(error) && error.retry !== 'no'), `${verb}: ${String(error)}`).toBe(
        true,
      );
    }
  });
});
