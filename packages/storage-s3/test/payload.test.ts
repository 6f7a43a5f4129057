import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { s3Storage } from '../src/index.ts';
import { leavePayloadUnsigned } from '../src/payload.ts';
import { s3Target } from '../src/s3.ts';
import { keys, recording } from './recording.ts';

afterEach(() => vi.unstubAllEnvs());

const bytes = new Uint8Array([1, 2, 3]);
const hash = createHash('sha256').update(bytes).digest('hex');

it('signs the bytes of objects over plain http, unless it is told not to', async () => {
  await using server = await recording();
  await server.storage().putObject('o', bytes);
  await server.storage({ signPayload: true }).putObject('o', bytes);
  await server.storage({ signPayload: false }).putObject('o', bytes);
  expect(server.requests.map(({ headers }) => headers['x-amz-content-sha256'])).toEqual([
    hash,
    hash,
    'UNSIGNED-PAYLOAD',
  ]);
});

it("signs them over the plain http of a profile's endpoint as well", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'storage-s3-payload-'));
  await using server = await recording();
  await writeFile(join(folder, 'config'), `[default]\nregion = r\nendpoint_url = ${server.url}\n`);
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_ACCESS_KEY_ID', keys.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', keys.secretAccessKey);
  for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_PROFILE', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3'])
    vi.stubEnv(name, undefined);
  const ofProfile = { bucket: 'bucket', fromEnv: true, allowHttp: true, forcePathStyle: true } as const;
  for (const signPayload of [undefined, true, false])
    await s3Storage({ ...ofProfile, prefix: 'p', signPayload }).putObject('o', bytes);
  expect(server.requests.map(({ headers }) => headers['x-amz-content-sha256'])).toEqual([
    hash,
    hash,
    'UNSIGNED-PAYLOAD',
  ]);
  await rm(folder, { recursive: true });
});

it('signs what has no bytes of objects as ever', async () => {
  await using server = await recording();
  const storage = server.storage({ signPayload: false });
  await (await storage.getObject('o')).bytes();
  await storage.deleteObjects('', [{ id: 'o', sizeBytes: 1 }]);
  const empty = createHash('sha256').digest('hex');
  const [get, batch] = server.requests;
  expect(get?.headers['x-amz-content-sha256']).toBe(empty);
  expect(batch?.headers['x-amz-content-sha256']).toBe(
    createHash('sha256')
      .update(batch?.body ?? bytes)
      .digest('hex'),
  );
});

it.each([
  [undefined, 1],
  [false, 1],
  [true, 0],
])('over https, with signPayload %s, adds %i middleware', (signPayload, count) => {
  const { sdk } = s3Target({ bucket: 'b', region: 'us-east-1', signPayload, ...keys });
  expect(sdk.middlewareStack.identify().filter((name) => name.includes(nameOf()))).toHaveLength(count);
});

function nameOf(): string {
  const { sdk } = s3Target({ bucket: 'b', region: 'us-east-1', signPayload: true, ...keys });
  const before = new Set(sdk.middlewareStack.identify());
  leavePayloadUnsigned(sdk, false);
  const [added = ''] = sdk.middlewareStack.identify().filter((name) => !before.has(name));
  return added;
}
