import { expect, it } from 'vitest';
import { sortHeaders } from '../src/headers.ts';
import { recording } from './recording.ts';

it('lets the narrower win, whatever its case', () => {
  const { read, write, create } = sortHeaders({
    headers: { 'X-Both': 'all', 'x-all': '1' },
    readHeaders: { 'x-both': 'read' },
    writeHeaders: { 'X-BOTH': 'write' },
  });
  expect(read).toEqual({ 'x-both': 'read', 'x-all': '1' });
  expect(write).toEqual({ 'x-both': 'write', 'x-all': '1' });
  expect(create).toEqual({});
});

it('keeps what is a property of objects for the requests that make them', () => {
  const names = [
    ...['x-amz-acl', 'x-amz-grant-read', 'x-amz-tagging', 'x-amz-server-side-encryption', 'content-disposition'],
    ...[
      'x-amz-server-side-encryption-aws-kms-key-id',
      'x-amz-object-lock-mode',
      'cache-control',
      'x-amz-expected-bucket-owner',
    ],
    'x-amz-server-side-encryption-customer-key',
  ];
  const { write, create } = sortHeaders({ writeHeaders: Object.fromEntries(names.map((name) => [name, '1'])) });
  // An owner is expected, and a customer's key needed, by every request.
  expect(Object.keys(write).sort()).toEqual([
    'x-amz-expected-bucket-owner',
    'x-amz-server-side-encryption-customer-key',
  ]);
  expect(Object.keys(create)).toHaveLength(8);
});

it.each([
  ...['Authorization', 'host', 'X-Amz-Date', 'x-amz-content-sha256', 'x-amz-security-token', 'content-length'],
  ...['transfer-encoding', 'expect', 'range', 'if-match', 'If-None-Match', 'if-modified-since', 'content-md5'],
  ...['content-type', 'x-amz-copy-source', 'x-amz-copy-source-if-match', 'x-amz-metadata-directive', 'amz-sdk-request'],
  ...['x-amz-meta-icechunkwriteid', 'x-amz-checksum-crc32', 'x-amz-sdk-checksum-algorithm', 'x-amz-storage-class'],
  ...['x-amz-request-payer', 'accept-encoding'],
])('refuses %s, and names neither value nor less than the option', (name) => {
  expect(() => sortHeaders({ writeHeaders: { [name]: 'my-secret-value' } })).toThrow(
    expect.objectContaining({
      kind: 'invalid_options',
      detail: expect.stringMatching(new RegExp(`^writeHeaders must not hold ${name.toLowerCase()}, which is [^]+$`)),
    }),
  );
  expect(() => sortHeaders({ readHeaders: { [name]: 'my-secret-value' } })).not.toThrow('my-secret-value');
});

it('refuses what the service needs to be its own', () => {
  expect(() =>
    sortHeaders({ headers: { 'X-Tigris-Regions': 'sjc' } }, { read: { 'x-tigris-regions': 'iad' } }),
  ).toThrow('headers must not hold x-tigris-regions, which is what the service needs');
});

it('refuses one name in two spellings', () => {
  expect(() => sortHeaders({ headers: { 'X-A': '1', 'x-a': '2' } })).toThrow('headers holds a name twice');
});

it('sends each request its headers, signed', async () => {
  await using server = await recording();
  const storage = server.storage({
    headers: { 'X-All': 'a' },
    readHeaders: { 'x-read': 'r' },
    writeHeaders: { 'x-write': 'w', 'x-amz-acl': 'public-read' },
  });
  await (await storage.getObject('o')).bytes();
  await storage.getObjectLastModified('o');
  await storage.putObject('o', new Uint8Array(1));
  await storage.deleteObjects('', [{ id: 'o', sizeBytes: 1 }]);
  const sent = server.requests.map(({ method, headers }) => [
    method,
    ...['x-all', 'x-read', 'x-write', 'x-amz-acl'].map((name) => headers[name]),
  ]);
  expect(sent).toEqual([
    ['GET', 'a', 'r', undefined, undefined],
    ['HEAD', 'a', 'r', undefined, undefined],
    ['PUT', 'a', undefined, 'w', 'public-read'],
    ['POST', 'a', undefined, 'w', undefined],
  ]);
  for (const { headers } of server.requests) {
    expect(signedHeaders(headers['authorization'])).toContain('x-all');
  }
  expect(signedHeaders(server.requests[2]?.headers['authorization'])).toEqual(
    expect.arrayContaining(['x-write', 'x-amz-acl']),
  );
});

function signedHeaders(authorization: string | undefined): string[] {
  return /SignedHeaders=([^,]+)/.exec(authorization ?? '')?.[1]?.split(';') ?? [];
}
