import { expect, it } from 'vitest';
import { objectCommand } from '../src/object-command.ts';
import { targetAt } from './target-at.ts';
import { handedBy } from './wires.ts';

const place = { url: 'http://127.0.0.1:9', bucket: 'bucket' };

it('sends headers as they are given, signed, and those of the target', async () => {
  const target = targetAt({ ...place, requesterPays: true });
  const handed = handedBy(target);
  const headers = { range: 'bytes=0-4', 'if-match': 'abc' };
  await target.sdk.send(objectCommand({ method: 'GET', key: 'a', headers }, target));
  expect(handed[0]).toMatchObject({ method: 'GET', headers: { ...headers, 'x-amz-request-payer': 'requester' } });
  const signed = /SignedHeaders=([^,]+)/.exec(handed[0]?.headers['authorization'] ?? '')?.[1]?.split(';');
  expect(signed).toEqual(expect.arrayContaining(['if-match', 'range', 'x-amz-request-payer']));
});

it('puts bytes, none where there are none, and the checksum that the target wants', async () => {
  const target = targetAt({ ...place, checksumAlgorithm: 'CRC32' });
  const handed = handedBy(target);
  const data = new TextEncoder().encode('123456789');
  for (const more of [{ data }, {}])
    await target.sdk.send(objectCommand({ method: 'PUT', key: 'a', headers: {}, ...more }, target));
  // The check value of CRC-32 for these nine digits is cbf43926.
  const sum = Buffer.from('cbf43926', 'hex').toString('base64');
  expect(handed[0]).toMatchObject({ method: 'PUT', body: data, headers: { 'x-amz-checksum-crc32': sum } });
  expect(handed[1]?.headers).toMatchObject({ 'content-length': '0', 'x-amz-checksum-crc32': 'AAAAAA==' });
});

it('asks for a head', async () => {
  const target = targetAt(place);
  const handed = handedBy(target);
  await target.sdk.send(objectCommand({ method: 'HEAD', key: 'a/b', headers: {} }, target));
  expect(handed[0]).toMatchObject({ method: 'HEAD', path: '/bucket/a/b' });
});
