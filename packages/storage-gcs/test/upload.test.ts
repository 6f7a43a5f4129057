import { cloudDefaults, createStorage, type Storage, type StorageEvent } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import type { ScriptedAnswer } from '@icechunk-tooling/servers';
import { beforeEach, describe, expect, it } from 'vitest';
import { GcsStorageClient } from '../src/client.ts';
import { GcsResumableUploads } from '../src/upload.ts';
import { failure, json, scripted, TOKEN } from './scripted.ts';

const UNIT = 256 * 1024;
const UPLOAD_ID = 'ABPnzm-secret-capability';
const s = scripted();
const address = (): string => `${s.server.url}/upload/storage/v1/b/b-1/o?uploadType=resumable&upload_id=${UPLOAD_ID}`;
const session = (): ScriptedAnswer => ({ headers: { location: address() } });
const stored = (sizeBytes: number): ScriptedAnswer => json({ generation: '9', etag: 'CK=', size: String(sizeBytes) });
/** So many bytes are kept: https://cloud.google.com/storage/docs/performing-resumable-uploads#status-check (seen 2026-11). */
const kept = (bytes: number): ScriptedAnswer => ({
  status: 308,
  ...(bytes > 0 && { headers: { range: `bytes=0-${bytes - 1}` } }),
});
const patterned = (sizeBytes: number): Uint8Array =>
  new Uint8Array(sizeBytes).map((_, index) => index * 31 + (index >> 8) * 17);

describe('a session', () => {
  let uploads: GcsResumableUploads;
  beforeEach(() => {
    uploads = new GcsResumableUploads(s.http);
  });
  const start = (changes: object = {}) => uploads.start({ key: 'a%20b/c', sizeBytes: 10, ...changes }, s.context);
  const upload = () => ({ key: 'k', uploadId: address(), sizeBytes: 10 });
  const part = { offset: 4, data: Uint8Array.from([1, 2, 3]) };

  it('begins with the condition, the size and what is stored beside the bytes', async () => {
    s.server.next(session());
    const attributes = { contentType: 'a/b', metadata: { x: 'y' }, storageClass: 'NEARLINE' };
    const started = await start({ ...attributes, condition: { kind: 'update', version: { generation: '7' } } });
    expect(started).toEqual({ kind: 'started', uploadId: address() });
    expect(s.query(0)).toEqual({ uploadType: 'resumable', name: 'a%20b/c', ifGenerationMatch: '7' });
    expect(s.server.requests[0]?.headers['x-upload-content-length']).toBe('10');
    expect(JSON.parse(String(Buffer.from(s.server.requests[0]?.body ?? [])))).toEqual(attributes);
  });

  it('is refused at once, by the provider or where no object has the version', async () => {
    s.server.next(failure(412, 'conditionNotMet'));
    expect(await start({ condition: { kind: 'create' } })).toEqual({ kind: 'refused' });
    expect(await start({ condition: { kind: 'update', version: { etag: 'x' } } })).toEqual({ kind: 'refused' });
    expect(s.server.requests).toHaveLength(1);
  });

  it.each([
    ['no address', {}, 'bad_response'],
    [
      'an address in the open',
      { headers: { location: `http://elsewhere.example/?upload_id=${UPLOAD_ID}` } },
      'bad_response',
    ],
    ['a missing bucket', failure(404, 'notFound'), 'invalid_options'],
    ['a 412 that nobody asked for', failure(412, 'conditionNotMet'), 'bad_response'],
  ])('does not begin with %s', async (_, answer, kind) => {
    s.server.next(answer);
    const error: unknown = await start().catch((err: unknown) => err);
    expect(error).toMatchObject({ kind });
    expect(leaksOf(error, { upload: UPLOAD_ID, token: TOKEN })).toEqual([]);
  });

  it('takes parts at their place, and says how far it came', async () => {
    s.server.next(kept(7), kept(0), { status: 308, headers: { range: '0-5' } });
    const progress = [];
    for (const _ of [1, 2, 3]) progress.push(await uploads.send({ ...upload(), ...part }, s.context));
    expect(progress).toEqual([7, 0, 6].map((sizeBytes) => ({ kind: 'committed', sizeBytes })));
    const [request] = s.server.requests;
    expect([request?.method, request?.headers['content-range']]).toEqual(['PUT', 'bytes 4-6/10']);
    expect([...(request?.body ?? [])]).toEqual([1, 2, 3]);
    expect(`${s.server.url}${request?.path}`).toBe(address());
  });

  it('says how far it came where it is asked, also that it is done', async () => {
    s.server.next(kept(4), stored(10), { ...stored(10), status: 201 });
    expect(await uploads.ask(upload(), s.context)).toEqual({ kind: 'committed', sizeBytes: 4 });
    const done = { kind: 'stored', version: { generation: '9', etag: 'CK=' } };
    expect(await uploads.ask(upload(), s.context)).toEqual(done);
    expect(await uploads.ask(upload(), s.context)).toEqual(done);
    const [request] = s.server.requests;
    expect(request?.headers).toMatchObject({ 'content-range': 'bytes */10', 'content-length': '0' });
  });

  it('is refused at its end', async () => {
    s.server.next(failure(412, 'conditionNotMet'), failure(412, 'conditionNotMet'));
    expect(await uploads.send({ ...upload(), ...part }, s.context)).toEqual({ kind: 'refused' });
    expect(await uploads.ask(upload(), s.context)).toEqual({ kind: 'refused' });
  });

  it('is not refused by a 412 that is no word on its condition', async () => {
    const policy = failure(412, 'orgPolicyConstraintFailed');
    s.server.next(policy, policy, policy);
    const forbidden = { kind: 'permission_denied', status: 412 };
    await expect(start({ condition: { kind: 'create' } })).rejects.toMatchObject(forbidden);
    await expect(uploads.send({ ...upload(), ...part }, s.context)).rejects.toMatchObject(forbidden);
    await expect(uploads.ask(upload(), s.context)).rejects.toMatchObject(forbidden);
  });

  it.each<[string, () => ScriptedAnswer, string]>([
    ['one that is not known', () => failure(404, 'notFound'), 'not_found'],
    ['one that has ended', () => failure(410, 'gone'), 'not_found'],
    ['a failure', () => failure(503, 'backendError'), 'unavailable'],
    ['an object of another size', () => stored(9), 'bad_response'],
    [
      'a range that makes no sense',
      () => ({ status: 308, headers: { range: `bytes=3-9 ${UPLOAD_ID}` } }),
      'bad_response',
    ],
    ['a redirect', () => ({ status: 307, headers: { location: address() } }), 'bad_response'],
    ['a reset', () => ({ resetBeforeAnswer: true }), 'unavailable'],
  ])('answered as %s', async (_, answer, kind) => {
    s.server.next(answer());
    const error: unknown = await uploads.send({ ...upload(), ...part }, s.context).catch((err: unknown) => err);
    expect(error).toMatchObject({ kind });
    expect(leaksOf(error, { upload: UPLOAD_ID, token: TOKEN })).toEqual([]);
  });

  it('is freed, and may be gone already', async () => {
    s.server.next({ status: 499 }, { status: 404 }, { status: 204 });
    for (const _ of [1, 2, 3]) await uploads.abort(upload(), s.context);
    expect(s.server.requests.map(({ method }) => method)).toEqual(['DELETE', 'DELETE', 'DELETE']);
    s.server.next(failure(503, 'backendError'));
    await expect(uploads.abort(upload(), s.context)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

/** A provider that keeps whole units of one session, and may lose answers: the page above in a few lines. */
class Session {
  bytes: Uint8Array = new Uint8Array();
  done: ScriptedAnswer | undefined;
  readonly #wholeBytes: number;

  constructor(wholeBytes: number) {
    this.#wholeBytes = wholeBytes;
  }

  take(body: Uint8Array, offset: number): ScriptedAnswer {
    if (offset !== this.bytes.byteLength) return failure(400, 'invalid', 'a gap');
    const together = Buffer.concat([this.bytes, body]);
    const isWhole = together.byteLength === this.#wholeBytes;
    this.bytes = Uint8Array.from(
      together.subarray(0, isWhole ? undefined : together.byteLength - (together.byteLength % UNIT)),
    );
    if (isWhole) this.done = stored(this.#wholeBytes);
    return this.progress();
  }

  progress(): ScriptedAnswer {
    return this.done ?? kept(this.bytes.byteLength);
  }
}

describe('a large object', () => {
  const sizeBytes = 5 * UNIT + 1_000;
  const events: StorageEvent[] = [];
  let storage: Storage;
  let provider: Session;
  beforeEach(() => {
    events.length = 0;
    provider = new Session(sizeBytes);
    const settings = {
      minimumSizeForMultipartUpload: UNIT,
      concurrency: { idealConcurrentRequestSize: 2 * UNIT - 5 },
      retries: { initialBackoffMs: 0 },
    };
    const onEvent = (event: StorageEvent): void => void events.push(event);
    storage = createStorage(new GcsStorageClient(s.target), { defaults: cloudDefaults, settings, onEvent });
  });

  /** Answers as the provider would, but for the calls of these numbers, counted from 1 without the start. */
  function respond(faults: Readonly<Record<number, (work: () => ScriptedAnswer) => ScriptedAnswer>> = {}): void {
    let calls = 0;
    s.server.respond(({ method, headers, body }) => {
      if (method === 'POST') return session();
      const [, first] = /^bytes (\d+)-/.exec(headers['content-range'] ?? '') ?? [];
      const work = (): ScriptedAnswer =>
        first === undefined ? provider.progress() : provider.take(body, Number(first));
      return faults[++calls]?.(work) ?? work();
    });
  }

  const put = () => storage.putObject('k', patterned(sizeBytes), { condition: { kind: 'create' } });
  const ranges = () => s.server.requests.map(({ headers }) => headers['content-range']?.replace(`/${sizeBytes}`, ''));

  it('is sent in parts of whole units', async () => {
    respond();
    expect(await put()).toEqual({ kind: 'updated', newVersion: { generation: '9', etag: 'CK=' } });
    const [two, four] = [2 * UNIT, 4 * UNIT];
    expect(ranges()).toEqual([
      undefined,
      `bytes 0-${two - 1}`,
      `bytes ${two}-${four - 1}`,
      `bytes ${four}-${sizeBytes - 1}`,
    ]);
    expect(Buffer.from(provider.bytes).equals(patterned(sizeBytes))).toBe(true);
  });

  it('goes on where it was cut: asks, and sends what was not kept', async () => {
    respond({
      1: () => failure(503, 'backendError'),
      4: () => {
        provider.bytes = patterned(3 * UNIT);
        return { resetBeforeAnswer: true };
      },
    });
    expect(await put()).toMatchObject({ kind: 'updated' });
    const [two, three, four] = [2 * UNIT, 3 * UNIT, 4 * UNIT];
    expect(ranges()).toEqual([
      undefined,
      `bytes 0-${two - 1}`,
      'bytes *',
      `bytes 0-${two - 1}`,
      `bytes ${two}-${four - 1}`,
      'bytes *',
      `bytes ${three}-${four - 1}`,
      `bytes ${four}-${sizeBytes - 1}`,
    ]);
    expect(Buffer.from(provider.bytes).equals(patterned(sizeBytes))).toBe(true);
  });

  it('is stored though the last answer was lost', async () => {
    respond({
      3: (work) => {
        work();
        return { resetBeforeAnswer: true };
      },
    });
    expect(await put()).toEqual({ kind: 'updated', newVersion: { generation: '9', etag: 'CK=' } });
    expect(ranges().at(-1)).toBe('bytes *');
  });

  it('is told who pays in every request', async () => {
    respond({ 1: () => failure(503, 'backendError') });
    const target = { ...s.target, userProject: 'payer' };
    const { settings } = storage;
    storage = createStorage(new GcsStorageClient(target), { defaults: cloudDefaults, settings });
    await put();
    expect(s.server.requests.map((_, index) => s.query(index)['userProject'])).toEqual(
      s.server.requests.map(() => 'payer'),
    );
    expect(ranges()).toContain('bytes *');
  });

  it('begins anew where the session is lost', async () => {
    respond({
      2: () => {
        provider = new Session(sizeBytes);
        return failure(410, 'gone');
      },
    });
    expect(await put()).toMatchObject({ kind: 'updated' });
    expect(s.lines().filter((line) => line.startsWith('POST'))).toHaveLength(2);
    expect(Buffer.from(provider.bytes).equals(patterned(sizeBytes))).toBe(true);
  });

  it('tells nobody the address of its session, though every try fails', async () => {
    respond(
      Object.fromEntries(Array.from({ length: 30 }, (_, index) => [index + 1, () => failure(503, 'backendError')])),
    );
    const error: unknown = await put().catch((err: unknown) => err);
    expect(error).toMatchObject({ kind: 'unavailable' });
    expect(leaksOf([error, events, storage], { upload: UPLOAD_ID, token: TOKEN })).toEqual([]);
    expect(s.server.requests.at(-1)?.method).toBe('DELETE');
  });
});
