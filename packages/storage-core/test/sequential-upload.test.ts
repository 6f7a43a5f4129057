import { describe, expect, it } from 'vitest';
import { StorageError } from '../src/errors.ts';
import { failing, lostAnswer, patterned } from './fake-client.ts';
import { sequentialStorage } from './fake-sequence.ts';

const create = { condition: { kind: 'create' } } as const;
const reset = new StorageError({ kind: 'unavailable', message: 'the connection broke' });
const denied = new StorageError({ kind: 'permission_denied', message: 'no' });

type Sent = { readonly offset: number; readonly data: Uint8Array; readonly uploadId: string };

function spans(requests: readonly Sent[]): [number, number][] {
  return requests.map(({ offset, data }) => [offset, offset + data.byteLength]);
}

describe('an upload in sequence', () => {
  it('sends parts of whole units, one after the other, but for the last', async () => {
    const { client, sequence, storage } = sequentialStorage();
    await storage.putObject('small', patterned(19));
    expect(sequence.count('start')).toBe(0);
    await storage.putObject('k', patterned(37), { ...create, contentType: 'a/b', metadata: { x: 'y' } });
    expect(sequence.requests('start')).toMatchObject([
      { key: 'p/k', sizeBytes: 37, condition: { kind: 'create' }, contentType: 'a/b', metadata: { x: 'y' } },
    ]);
    expect(spans(sequence.requests('send'))).toEqual([
      [0, 16],
      [16, 32],
      [32, 37],
    ]);
    expect(client.objects.get('p/k')).toMatchObject({ data: patterned(37), contentType: 'a/b' });
    expect([sequence.count('ask'), sequence.count('abort')]).toEqual([0, 0]);
  });

  it('goes on from where the provider came, though it kept less than it was sent', async () => {
    const { client, sequence, storage } = sequentialStorage();
    sequence.script('send', async (_, __, request) => {
      const { uploadId, data } = request as Sent;
      sequence.keep(uploadId, data.subarray(0, 8));
      return { kind: 'committed', sizeBytes: 8 };
    });
    await storage.putObject('k', patterned(40));
    expect(spans(sequence.requests('send'))).toEqual([
      [0, 16],
      [8, 24],
      [24, 40],
    ]);
    expect(client.objects.get('p/k')?.data).toEqual(patterned(40));
  });

  it.each([
    ['none', 0, [0, 16]],
    ['half', 8, [8, 16]],
  ])('asks after a failure, and sends what did not arrive (%s of it had)', async (_, keptBytes, resent) => {
    const { client, sequence, storage } = sequentialStorage();
    sequence.script('send', async (_proceed, _context, request) => {
      const { uploadId, data } = request as Sent;
      sequence.keep(uploadId, data.subarray(0, keptBytes));
      throw reset;
    });
    await storage.putObject('k', patterned(20));
    expect(sequence.count('ask')).toBe(1);
    expect(spans(sequence.requests('send'))).toEqual([[0, 16], resent, [16, 20]]);
    expect(client.objects.get('p/k')?.data).toEqual(patterned(20));
  });

  it('sends nothing again of a part that arrived and whose answer was lost', async () => {
    const { client, sequence, storage } = sequentialStorage();
    sequence.script('send', lostAnswer);
    await storage.putObject('k', patterned(20));
    expect(spans(sequence.requests('send'))).toEqual([
      [0, 16],
      [16, 20],
    ]);
    expect(client.objects.get('p/k')?.data).toEqual(patterned(20));
  });

  it('goes back where the provider lost what it had', async () => {
    const { client, sequence, storage } = sequentialStorage();
    sequence.script(
      'send',
      (proceed) => proceed(),
      async (_, __, request) => {
        sequence.find((request as Sent).uploadId).bytes = new Uint8Array();
        throw reset;
      },
    );
    await storage.putObject('k', patterned(40));
    expect(spans(sequence.requests('send'))).toEqual([
      [0, 16],
      [16, 32],
      [0, 32],
      [32, 40],
    ]);
    expect(client.objects.get('p/k')?.data).toEqual(patterned(40));
  });

  it.each([
    ['none of what it is sent', 0],
    ['less than it had', 8],
  ])('gives up on a provider that keeps %s, after as many tries as the settings say', async (_, sizeBytes) => {
    const { sequence, storage } = sequentialStorage();
    sequence.script('send', (proceed) => proceed());
    const stuck = async (): Promise<unknown> => ({ kind: 'committed', sizeBytes });
    sequence.script('send', ...Array.from({ length: 20 }, () => stuck));
    sequence.script('ask', ...Array.from({ length: 20 }, () => stuck));
    await expect(storage.putObject('k', patterned(40))).rejects.toMatchObject({ kind: 'unavailable', attempts: 4 });
    expect([sequence.count('send'), sequence.count('abort')]).toEqual([5, 1]);
  });

  it('takes the answer to its question for that of the last part', async () => {
    const { client, sequence, storage } = sequentialStorage();
    sequence.script('send', (proceed) => proceed(), lostAnswer);
    const newVersion = await storage.putObject('k', patterned(20), create);
    expect(newVersion).toEqual({ kind: 'updated', newVersion: client.objects.get('p/k')?.version });
    expect([sequence.count('send'), sequence.count('ask'), client.count('head')]).toEqual([2, 1, 0]);
  });

  it('is refused at its end, frees what was uploaded, and looks whose object it is', async () => {
    const { client, sequence, storage } = sequentialStorage();
    await storage.putObject('k', patterned(30));
    expect(await storage.putObject('k', patterned(25), create)).toEqual({ kind: 'not_on_latest_version' });
    expect([sequence.count('abort'), client.count('head')]).toEqual([1, 1]);
    expect(client.objects.get('p/k')?.data).toEqual(patterned(30));
  });

  it('is no conflict where it has no condition, whatever the provider says', async () => {
    const { sequence, storage } = sequentialStorage();
    sequence.script('send', async () => ({ kind: 'refused' }));
    await expect(storage.putObject('k', patterned(25))).rejects.toMatchObject({ kind: 'bad_response' });
    expect(sequence.count('abort')).toBe(1);
  });

  it('is refused at its beginning: nothing is sent, nothing to be freed', async () => {
    const { client, sequence, storage } = sequentialStorage();
    sequence.script('start', async () => ({ kind: 'refused' }));
    expect(await storage.putObject('k', patterned(25), create)).toEqual({ kind: 'not_on_latest_version' });
    expect([sequence.count('send'), sequence.count('abort'), client.objects.size]).toEqual([0, 0, 0]);
  });

  it('begins anew where the provider lost the upload', async () => {
    const { client, sequence, storage } = sequentialStorage();
    sequence.script('send', async (proceed, _, request) => {
      sequence.uploads.delete((request as Sent).uploadId);
      return await proceed();
    });
    await storage.putObject('k', patterned(25), create);
    expect([sequence.count('start'), sequence.count('abort')]).toEqual([2, 0]);
    expect(client.objects.get('p/k')?.data).toEqual(patterned(25));
  });

  it('knows its own object where the upload was completed, its answer lost, and the upload forgotten', async () => {
    const { client, sequence, storage } = sequentialStorage();
    sequence.script(
      'send',
      (proceed) => proceed(),
      async (proceed, _, request) => {
        await proceed();
        sequence.uploads.delete((request as Sent).uploadId);
        throw reset;
      },
    );
    const result = await storage.putObject('k', patterned(25), create);
    expect(result).toEqual({ kind: 'updated', newVersion: client.objects.get('p/k')?.version });
    expect(sequence.count('start')).toBe(2);
  });

  it('knows its own object where no answer comes to the last part, nor to any question', async () => {
    const { client, sequence, storage } = sequentialStorage();
    sequence.script('send', (proceed) => proceed(), lostAnswer);
    sequence.script('ask', failing(), failing(), failing(), failing());
    const result = await storage.putObject('k', patterned(25), create);
    expect(result).toEqual({ kind: 'updated', newVersion: client.objects.get('p/k')?.version });
    expect([sequence.count('start'), client.count('head')]).toEqual([1, 1]);
  });

  it('gives up on a provider that loses every upload, without the secret id in the error', async () => {
    const { sequence, storage } = sequentialStorage();
    const gone = failing(new StorageError({ kind: 'not_found', message: 'there is no such upload' }));
    sequence.script('send', gone, gone, gone, gone);
    const error: unknown = await storage.putObject('k', patterned(25)).catch((err: unknown) => err);
    expect(error).toMatchObject({ kind: 'unavailable', path: 'k', retryable: false });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('secret-');
    expect(sequence.count('start')).toBe(3);
  });

  it('frees the upload where a part cannot be sent, also when its caller leaves', async () => {
    const { client, sequence, storage } = sequentialStorage();
    sequence.script('send', (proceed) => proceed(), failing(denied));
    await expect(storage.putObject('k', patterned(40))).rejects.toMatchObject({ kind: 'permission_denied' });
    expect(sequence.uploads.size).toBe(0);
    const controller = new AbortController();
    sequence.script('send', async (proceed) => {
      controller.abort('enough');
      return await proceed();
    });
    await expect(storage.putObject('k', patterned(40), { signal: controller.signal })).rejects.toBe('enough');
    expect([sequence.uploads.size, sequence.count('abort'), client.objects.size]).toEqual([0, 2, 0]);
  });

  it('frees an upload that is begun after its caller left', async () => {
    const { sequence, storage } = sequentialStorage();
    const controller = new AbortController();
    let begin = (): void => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    sequence.script('start', async (proceed) => {
      controller.abort('left');
      await begun;
      return await proceed();
    });
    await expect(storage.putObject('k', patterned(40), { signal: controller.signal })).rejects.toBe('left');
    begin();
    await new Promise((resolve) => setImmediate(resolve));
    expect([sequence.count('abort'), sequence.uploads.size]).toEqual([1, 0]);
  });

  it.each([
    ['more than there is', 41, 'bad_response'],
    ['a fraction', 1.5, 'bad_response'],
    ['everything, and does not end', 40, 'unavailable'],
  ])('believes no provider that says it has %s', async (_, sizeBytes, kind) => {
    const { sequence, storage } = sequentialStorage();
    const wrong = async (): Promise<unknown> => ({ kind: 'committed', sizeBytes });
    sequence.script('send', wrong, wrong, wrong, wrong);
    sequence.script('ask', wrong, wrong, wrong, wrong);
    await expect(storage.putObject('k', patterned(40))).rejects.toMatchObject({ kind });
    expect(sequence.uploads.size).toBe(0);
  });
});
