import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { leavePayloadUnsigned } from '../src/payload.ts';
import { s3Target } from '../src/s3.ts';
import { keys, recording } from './recording.ts';

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
  leavePayloadUnsigned(sdk);
  const [added = ''] = sdk.middlewareStack.identify().filter((name) => !before.has(name));
  return added;
}
