import { S3Client } from '@aws-sdk/client-s3';
import { cloudDefaults, createStorage } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { describe, expect, it } from 'vitest';
import { S3StorageClient } from '../src/client.ts';
import { context, errorAnswer, scripted } from './scripted.ts';
import { targetAt } from './target-at.ts';

const bucket = { url: 'http://127.0.0.1:1', bucket: 'bucket' };

describe('S3StorageClient', () => {
  const s3 = scripted();

  it('refuses repositories at the root of a bucket', () => {
    const creation = (prefix: string) => new S3StorageClient(targetAt({ ...bucket, prefix })).repositoryCreation;
    expect(['', '/', 'p', '//'].map(creation)).toEqual([
      'refused_empty_prefix',
      'refused_empty_prefix',
      'allowed',
      'allowed',
    ]);
  });

  it('promises an order of listings for S3 alone', () => {
    const ordered = (['s3', 'r2', 'tigris'] as const).map(
      (dialect) => new S3StorageClient(targetAt({ ...bucket, prefix: 'p', dialect })).capabilities.orderedList,
    );
    expect(ordered).toEqual([true, false, false]);
  });

  it("leaves a caller's SDK client its retries and its life", async () => {
    const sdk = new S3Client({ region: 'us-east-1' });
    let destroyed = 0;
    sdk.destroy = () => void destroyed++;
    const theirs = new S3StorageClient({ ...targetAt(bucket), sdk, isCallersClient: true });
    const ours = new S3StorageClient({ ...targetAt(bucket), sdk });
    expect([theirs.retriesInside, ours.retriesInside]).toEqual([true, false]);
    await theirs.close();
    expect(destroyed).toBe(0);
    await ours.close();
    expect(destroyed).toBe(1);
  });

  it('offers to renew credentials only where there are others to be had', async () => {
    const refresh = async (): Promise<void> => {};
    expect(new S3StorageClient({ ...targetAt(bucket), refresh }).refreshCredentials).toBe(refresh);
    expect(new S3StorageClient({ ...targetAt(bucket), refresh: undefined }).refreshCredentials).toBeUndefined();
  });

  it('pays for its heads where the requester does', async () => {
    s3.server.respond(() => ({ headers: { etag: '"e"', 'content-length': '1' }, body: 'x' }));
    const client = s3.client({ requesterPays: true });
    await client.head('p/a', context);
    const got = await client.get({ key: 'p/a' }, context);
    if (got.kind === 'found') await got.body.cancel();
    expect(s3.server.requests.map(({ headers }) => headers['x-amz-request-payer'])).toEqual(['requester', 'requester']);
  });

  it('finds a repository at the root whose keys begin with a slash', async () => {
    s3.server.respond(({ method, path }) => {
      const isThere = path.startsWith('/bucket//repo');
      if (!isThere) return method === 'HEAD' ? { status: 404 } : errorAnswer(404, 'NoSuchKey');
      return { headers: { etag: '"repo"' }, body: 'repo' };
    });
    const storage = createStorage(s3.client({ prefix: '' }), { defaults: cloudDefaults });
    expect(new TextDecoder().decode(await (await storage.getObject('repo')).bytes())).toBe('repo');
    expect(s3.server.requests.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
      'GET /bucket//repo?x-id=GetObject',
      'HEAD /bucket//refs/branch.main/ref.json',
      'HEAD /bucket//repo',
      'HEAD /bucket/refs/branch.main/ref.json',
      'HEAD /bucket/repo',
    ]);
  });

  it('shows no secret in its errors', async () => {
    const secrets = { secretAccessKey: 'a-secret-key-of-some-length' };
    s3.server.respond(() => errorAnswer(403, 'AccessDenied'));
    const client = new S3StorageClient(targetAt({ url: s3.server.url, bucket: 'bucket', prefix: 'p', ...secrets }));
    const calls = [
      () => client.get({ key: 'p/a' }, context),
      () => client.head('p/a', context),
      () => client.put({ key: 'p/a', data: new Uint8Array(3) }, context),
      () => client.copy({ fromKey: 'p/a', toKey: 'p/b' }, context),
      () => client.delete(['p/a'], context),
    ];
    for (const call of calls) {
      const error = await call().catch((err: unknown) => err);
      expect(error).toMatchObject({ kind: 'permission_denied' });
      const { authorization = '' } = s3.server.requests[0]?.headers ?? {};
      const signature = /Signature=(\w+)/.exec(authorization)?.[1] ?? 'no signature was sent';
      expect(leaksOf(error, { ...secrets, signature })).toEqual([]);
    }
    await client.close();
  });
});
