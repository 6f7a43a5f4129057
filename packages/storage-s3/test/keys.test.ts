import { isStorageError, StorageError } from '@icechunk/storage-core';
import { describe, expect, it, vi } from 'vitest';
import { s3Keys } from '../src/keys.ts';
import type { S3Wire } from '../src/wire.ts';
import { targetAt } from './target-at.ts';

type Answer = string | number;

/** A bucket of etags by key, or of statuses; everything else is 404. */
function bucketOf(answers: Readonly<Record<string, Answer>>): S3Wire & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async send({ method, key }) {
      asked.push(`${method} ${key}`);
      const answer = answers[key] ?? 404;
      if (typeof answer === 'string') return { status: 200, headers: { etag: answer } };
      const kinds = { 404: 'not_found', 403: 'permission_denied', 400: 'unauthenticated' } as const;
      const kind = kinds[answer as 404] ?? 'unavailable';
      throw new StorageError({ kind, message: `answered ${answer}`, status: answer });
    },
  };
}

const noBucket = bucketOf({});

function keysFor(prefix: string, wire: S3Wire, legacyRootedKeys?: boolean): ReturnType<typeof s3Keys> {
  return s3Keys(targetAt({ url: 'http://127.0.0.1:1', bucket: 'bucket', prefix, legacyRootedKeys }), wire);
}

const ref = 'refs/branch.main/ref.json';

describe('s3Keys', () => {
  it('joins a prefix byte for byte, and asks nobody', () => {
    const keys = keysFor('/a b/é/', noBucket);
    expect(keys.toKey('x/y')).toBe('/a b/é/x/y');
    expect(keys.toKeyPrefix('')).toBe('/a b/é/');
    expect(keys.toPath('/a b/é/x')).toBe('x');
    expect(noBucket.asked).toEqual([]);
  });

  it('takes the word of legacyRootedKeys at an empty prefix', () => {
    const rooted = keysFor('', noBucket, true);
    expect([rooted.toKey('repo'), rooted.toKeyPrefix(''), rooted.toKeyPrefix('refs')]).toEqual([
      '/repo',
      '/',
      '/refs/',
    ]);
    expect([rooted.toPath('/repo'), rooted.toPath('repo')]).toEqual(['repo', undefined]);
    expect(keysFor('', noBucket, false).toKey('repo')).toBe('repo');
    expect(noBucket.asked).toEqual([]);
  });

  it.each<[what: string, bucket: Readonly<Record<string, Answer>>, key: string]>([
    ['an empty bucket', {}, 'x'],
    ['a new repository', { repo: 'a' }, 'x'],
    ['an old repository', { [ref]: 'a' }, 'x'],
    ['a repository with a slash', { '/repo': 'a' }, '/x'],
    ['an old repository with a slash', { [`/${ref}`]: 'a' }, '/x'],
    ['a store that drops the slash', { repo: 'a', '/repo': 'a' }, 'x'],
    ['a store that refuses the slash', { '/repo': 400, [`/${ref}`]: 400 }, 'x'],
    ['a key that may not list, and a repository', { repo: 'a', '/repo': 403, [ref]: 403, [`/${ref}`]: 403 }, 'x'],
    ['a key that may not list, and a slash', { repo: 403, '/repo': 'a', [ref]: 403, [`/${ref}`]: 403 }, '/x'],
  ])('finds out the layout of %s', async (_, bucket, key) => {
    const wire = bucketOf(bucket);
    expect(await keysFor('', wire).toKey('x')).toBe(key);
    expect(wire.asked.toSorted()).toEqual([
      'HEAD /refs/branch.main/ref.json',
      'HEAD /repo',
      `HEAD ${ref}`,
      'HEAD repo',
    ]);
  });

  it('refuses a bucket with two repositories', async () => {
    for (const bucket of [
      { repo: 'a', '/repo': 'b' },
      { repo: 'a', [`/${ref}`]: 'b' },
    ] as const) {
      const failure = await keyOf(keysFor('', bucketOf(bucket)));
      expect(failure).toMatchObject({ kind: 'invalid_options', message: expect.stringContaining('legacyRootedKeys') });
    }
  });

  it('does not guess where everything is forbidden', async () => {
    const wire = bucketOf({ repo: 403, '/repo': 403, [ref]: 403, [`/${ref}`]: 403 });
    const failure = await keyOf(keysFor('', wire));
    expect(failure).toMatchObject({ kind: 'permission_denied', message: expect.stringContaining('legacyRootedKeys') });
  });

  it('does not take refused credentials for an empty bucket', async () => {
    const wire = bucketOf({ repo: 400, '/repo': 400, [ref]: 400, [`/${ref}`]: 400 });
    expect(await keyOf(keysFor('', wire))).toMatchObject({ kind: 'unauthenticated' });
  });

  it('asks once for all who wait, and remembers', async () => {
    const wire = bucketOf({ '/repo': 'a' });
    const keys = keysFor('', wire);
    expect(await Promise.all([keys.toKey('a'), keys.toKeyPrefix('b'), keys.toKey('c')])).toEqual(['/a', '/b/', '/c']);
    expect(keys.toKey('d')).toBe('/d');
    expect(keys.toPath('/d')).toBe('d');
    expect(wire.asked).toHaveLength(4);
  });

  it('asks again after a failure', async () => {
    const answers: Record<string, Answer> = { repo: 503, '/repo': 'a' };
    const keys = keysFor('', bucketOf(answers));
    expect(await keyOf(keys)).toMatchObject({ kind: 'unavailable' });
    delete answers['repo'];
    expect(await keys.toKey('x')).toBe('/x');
  });

  it('is to be asked again where no answer came in time', async () => {
    const ended = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
    // What the SDK's error comes to where a signal has ended the request.
    const send = (): Promise<never> =>
      Promise.reject(new StorageError({ kind: 'unknown', message: 'Request aborted' }));
    const failure = await keyOf(keysFor('', { send })).finally(() => ended.mockRestore());
    expect(failure).toMatchObject({ kind: 'timeout', retry: 'again', message: expect.stringContaining('60000 ms') });
  });

  it('takes a lone slash for the root', async () => {
    expect(await keysFor('/', bucketOf({ '/repo': 'a' })).toKey('x')).toBe('/x');
  });
});

async function keyOf(keys: ReturnType<typeof s3Keys>): Promise<StorageError> {
  const failure = await Promise.resolve(keys.toKey('x')).catch((err: unknown) => err);
  if (!isStorageError(failure)) throw new Error(`expected a StorageError, saw ${String(failure)}`);
  return failure;
}
