import { afterEach, describe, expect, it, vi } from 'vitest';
import { StorageError } from '../src/errors.ts';
import { WRITE_ID } from '../src/readback.ts';
import { countedSignal } from './counted-signal.ts';
import { failing, fakeStorage, gate, lostAnswer, patterned } from './fake-client.ts';

const settings = {
  minimumSizeForMultipartUpload: 50,
  concurrency: { idealConcurrentRequestSize: 20, maxConcurrentRequestsForObject: 3 },
};
const create = { condition: { kind: 'create' } } as const;
const denied = new StorageError({ kind: 'permission_denied', message: 'no' });

afterEach(() => {
  vi.useRealTimers();
});

type PartRequest = { partNumber: number; data: Uint8Array };

describe('an upload in parts', () => {
  it.each([
    [49, []],
    [50, [20, 20, 10]],
    [51, [20, 20, 11]],
    [100, [20, 20, 20, 20, 20]],
  ])('of %i bytes has the parts %j, equal but the last', async (sizeBytes, sizes) => {
    const { client, storage } = fakeStorage(settings);
    await storage.putObject('k', patterned(sizeBytes), { contentType: 'a/b', metadata: { x: 'y' } });
    const parts = client.requests<PartRequest>('uploadPart').sort((a, b) => a.partNumber - b.partNumber);
    expect(parts.map((part) => part.data.byteLength)).toEqual(sizes);
    expect(client.objects.get('p/k')).toMatchObject({
      data: patterned(sizeBytes),
      contentType: 'a/b',
      metadata: { x: 'y' },
    });
  });

  it('has at most maxConcurrentRequestsForObject parts under way', async () => {
    const { client, storage } = fakeStorage(settings);
    let busy = 0;
    let most = 0;
    const watch = async (proceed: () => Promise<unknown>): Promise<unknown> => {
      most = Math.max(most, ++busy);
      await new Promise((resolve) => setImmediate(resolve));
      busy--;
      return await proceed();
    };
    client.script('uploadPart', ...Array.from({ length: 10 }, () => watch));
    await storage.putObject('k', patterned(200));
    expect(most).toBe(3);
  });

  it('has its condition on the completion, and frees what was uploaded where it is refused', async () => {
    const { client, storage } = fakeStorage(settings);
    expect(await storage.putObject('k', patterned(60), create)).toMatchObject({ kind: 'updated' });
    expect(client.requests('complete')).toMatchObject([{ condition: { kind: 'create' } }]);
    expect(client.requests<object>('start')[0]).not.toHaveProperty('condition');
    expect(await storage.putObject('k', patterned(70), create)).toEqual({ kind: 'not_on_latest_version' });
    expect(client.objects.get('p/k')?.data).toEqual(patterned(60));
    expect(client.uploads.size).toBe(0);
  });

  it('sends a part again that failed, and the others once', async () => {
    const { client, storage } = fakeStorage(settings);
    client.script('uploadPart', failing());
    await storage.putObject('k', patterned(60));
    expect(client.count('uploadPart')).toBe(4);
    expect(client.objects.get('p/k')?.data).toEqual(patterned(60));
  });

  it('leaves neither an object nor an upload where a part cannot be sent', async () => {
    const { client, storage } = fakeStorage(settings);
    client.script('uploadPart', (proceed) => proceed(), failing(denied));
    await expect(storage.putObject('k', patterned(60), create)).rejects.toMatchObject({
      kind: 'permission_denied',
      path: 'k',
    });
    expect(client.objects.size).toBe(0);
    expect(client.uploads.size).toBe(0);
    expect(client.count('head')).toBe(0);
  });

  it('sends no part again once one cannot be sent, and waits for those that are on their way', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { client, storage } = fakeStorage(settings);
    const busy = new StorageError({ kind: 'unavailable', message: 'slow down', retryAfterMs: 180_000 });
    const [deny, arrive] = [gate(), gate()];
    client.script(
      'uploadPart',
      failing(busy),
      () => arrive.passed.then(() => Promise.reject(busy)),
      () => deny.passed.then(() => Promise.reject(denied)),
    );
    const { signal, listeners } = countedSignal();
    const put = storage.putObject('k', patterned(60), { signal });
    const settled = () => new Promise((resolve) => setImmediate(resolve));
    await settled();
    deny.open();
    await settled();
    expect([client.count('abort'), vi.getTimerCount()]).toEqual([0, 0]);
    arrive.open();
    await expect(put).rejects.toMatchObject({ kind: 'permission_denied', path: 'k' });
    expect([client.count('uploadPart'), client.uploads.size, listeners()]).toEqual([3, 0, 0]);
  });

  it("frees the upload also where it ends by the caller's signal", async () => {
    const { client, storage } = fakeStorage(settings);
    const controller = new AbortController();
    client.script('uploadPart', async (proceed) => {
      controller.abort('enough');
      return await proceed();
    });
    let freedBy: AbortSignal | undefined;
    client.script('abort', (proceed, { signal }) => {
      freedBy = signal;
      return proceed();
    });
    await expect(storage.putObject('k', patterned(60), { signal: controller.signal })).rejects.toBe('enough');
    expect(freedBy?.aborted).toBe(false);
    expect(client.uploads.size).toBe(0);
    expect(client.objects.size).toBe(0);
  });

  it.each(['its caller leaves', 'its deadline passes'])('frees an upload that is begun after %s', async (why) => {
    const leaves = why === 'its caller leaves';
    const { client, storage } = fakeStorage({
      ...settings,
      timeouts: { operationAttemptTimeoutMs: leaves ? 0 : 10 },
      retries: { maxTries: 1 },
    });
    const controller = new AbortController();
    let begin = (): void => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    client.script('start', async (proceed) => {
      if (leaves) controller.abort('left');
      await begun;
      return await proceed();
    });
    const put = storage.putObject('k', patterned(60), { signal: controller.signal });
    await expect(put).rejects.toEqual(leaves ? 'left' : expect.objectContaining({ kind: 'timeout' }));
    begin();
    await new Promise((resolve) => setImmediate(resolve));
    expect([client.count('start'), client.count('abort'), client.uploads.size]).toEqual([1, 1, 0]);
  });

  it('says why the upload failed, also where it cannot be freed', async () => {
    const { client, storage } = fakeStorage(settings);
    client.script('uploadPart', failing(denied));
    client.script('abort', failing());
    await expect(storage.putObject('k', patterned(60))).rejects.toMatchObject({ kind: 'permission_denied' });
  });

  it.each([create, {}])('finds a completion whose answer was lost, though the upload is gone (%j)', async (options) => {
    const { client, storage, events } = fakeStorage(settings);
    client.script('complete', lostAnswer);
    expect(await storage.putObject('k', patterned(60), options)).toEqual({
      kind: 'updated',
      newVersion: client.objects.get('p/k')?.version,
    });
    expect(client.count('complete')).toBe(2);
    expect(events.at(-1)).toEqual({ kind: 'write_recovered', path: 'k' });
  });

  it('fails where the upload is gone and the object is not ours', async () => {
    const { client, storage } = fakeStorage(settings);
    client.script('complete', async (_, __, request) => {
      client.uploads.delete((request as { uploadId: string }).uploadId);
      client.store({ key: 'p/k', data: patterned(3), metadata: { [WRITE_ID]: 'somebody else' } });
      throw new StorageError({ kind: 'not_found', message: 'no such upload', providerCode: 'NoSuchUpload' });
    });
    const put = storage.putObject('k', patterned(60), create);
    await expect(put).rejects.toMatchObject({ kind: 'unknown', providerCode: 'NoSuchUpload' });
    expect(client.objects.get('p/k')?.data).toEqual(patterned(3));
  });
});
