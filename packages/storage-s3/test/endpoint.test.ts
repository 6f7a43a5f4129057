import { afterEach, expect, it, vi } from 'vitest';
import { bucketUrl, chooseEndpoint, type EndpointChoice, endpointConfig, needsPathStyle } from '../src/endpoint.ts';

afterEach(() => vi.unstubAllEnvs());

const choice: EndpointChoice = { bucket: 'bucket', fromEnv: false };

function addressOf(over: Partial<EndpointChoice>): string | undefined {
  const endpoint = chooseEndpoint({ ...choice, ...over });
  return endpoint && bucketUrl(endpoint, over.bucket ?? 'bucket').href;
}

it.each([
  [{ endpointUrl: 'https://minio.example.org:9000' }, 'https://bucket.minio.example.org:9000/'],
  [{ endpointUrl: 'https://minio.example.org', forcePathStyle: true }, 'https://minio.example.org/bucket'],
  [{ endpointUrl: 'https://minio.example.org/', forcePathStyle: true }, 'https://minio.example.org/bucket'],
  [{ endpointUrl: 'https://127.0.0.1:9000' }, 'https://127.0.0.1:9000/bucket'],
  [{ endpointUrl: 'https://[::1]:9000' }, 'https://[::1]:9000/bucket'],
  [{ endpointUrl: 'http://localhost:9000', allowHttp: true }, 'http://localhost:9000/bucket'],
  [{ endpointUrl: 'https://minio' }, 'https://minio/bucket'],
  [{ endpointUrl: 'https://localhost', forcePathStyle: false }, 'https://bucket.localhost/'],
  [{ endpointUrl: 'https://gateway.example.org/s3/' }, 'https://gateway.example.org/s3/bucket'],
  [{ endpointUrl: 'https://gateway.example.org/s3/', forcePathStyle: false }, 'https://bucket.gateway.example.org/s3'],
  [{ endpointUrl: 'https://gateway.example.org/bucket/' }, 'https://gateway.example.org/bucket/bucket'],
  [{ endpointUrl: 'https://minio.example.org', bucket: 'minio' }, 'https://minio.minio.example.org/'],
  [{ endpointUrl: 'https://s3.example.org', bucket: 'a.b' }, 'https://s3.example.org/a.b'],
  [{ endpointUrl: 'https://s3.example.org', bucket: 'A_b' }, 'https://s3.example.org/A_b'],
  [{ endpointUrl: 'https://s3.example.org', bucket: 'tenant:b' }, 'https://s3.example.org/tenant%3Ab'],
])('reaches the bucket of %o at %s', (over, address) => {
  expect(addressOf(over)).toBe(address);
});

it.each([
  ['https://data.example.org/', 'https://data.example.org/'],
  ['https://data.example.org/base', 'https://data.example.org/base'],
  // Keys come after a slash of their own.
  ['https://data.example.org/base/', 'https://data.example.org/base'],
])('puts no bucket into the address %s, which is its own', (address, reached) => {
  expect(bucketUrl({ url: new URL(address), bucketIn: 'nothing' }, 'b').href).toBe(reached);
});

it.each([
  ['http://minio.example.org', 'endpointUrl is plain http'],
  ['minio.example.org', 'endpointUrl takes an address'],
  ['https://user:word@minio.example.org', 'endpointUrl must not hold a user'],
  ['https://minio.example.org?x=1', 'endpointUrl must not hold a ?'],
  ['https://minio.example.org/bucket', 'endpointUrl must not end with the bucket'],
  ['https://bucket.s3.us-east-1.amazonaws.com', 'endpointUrl must not begin with the bucket'],
  ['https://bucket.s3-fips.us-east-1.amazonaws.com', 'endpointUrl must not begin with the bucket'],
])('refuses %s', (endpointUrl, message) => {
  expect(() => chooseEndpoint({ ...choice, endpointUrl })).toThrow(message);
});

it.each([
  ['https://127.0.0.1:9000', 'bucket'],
  ['https://[::1]:9000', 'bucket'],
  ['https://s3.example.org', 'Capital'],
  ['https://s3.example.org', 'tenant:b'],
])('does not leave a bucket out below %s that cannot be part of the host: %s', (endpointUrl, bucket) => {
  const asked = () => addressOf({ endpointUrl, bucket, forcePathStyle: false });
  expect(asked).toThrow(expect.objectContaining({ kind: 'invalid_options' }));
  expect(asked).toThrow('forcePathStyle');
});

it('looks into the environment under fromEnv alone, behind the option, and by the same rules', () => {
  vi.stubEnv('AWS_ENDPOINT_URL', 'https://general.example.org');
  expect(addressOf({})).toBeUndefined();
  expect(addressOf({ fromEnv: true })).toBe('https://bucket.general.example.org/');
  vi.stubEnv('AWS_ENDPOINT_URL_S3', 'https://own.example.org');
  expect(addressOf({ fromEnv: true })).toBe('https://bucket.own.example.org/');
  expect(addressOf({ fromEnv: true, endpointUrl: 'https://given.example.org' })).toBe(
    'https://bucket.given.example.org/',
  );
  vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://own.example.org');
  expect(() => addressOf({ fromEnv: true })).toThrow('AWS_ENDPOINT_URL_S3 is plain http');
  expect(addressOf({ fromEnv: true, allowHttp: true })).toBe('http://bucket.own.example.org/');
});

it('takes a label of a host for what can stand before one', () => {
  const endpoint = new URL('https://s3.example.org');
  expect(['b', 'b-2', 'b'.repeat(63)].map((bucket) => needsPathStyle(endpoint, bucket))).toEqual([false, false, false]);
  expect(['-b', 'b-', 'b'.repeat(64)].map((bucket) => needsPathStyle(endpoint, bucket))).toEqual([true, true, true]);
});

it('has the SDK sign for the region, and escape nothing twice', () => {
  const { endpoint, endpointProvider } = endpointConfig(
    { url: new URL('https://s3.example.org'), bucketIn: 'path' },
    'bucket',
    'eu-west-1',
  );
  expect(endpoint).toBe('https://s3.example.org/bucket');
  expect(endpointProvider?.({ Bucket: 'ignored' })).toMatchObject({
    url: new URL('https://s3.example.org/bucket'),
    properties: { authSchemes: [{ name: 'sigv4', signingRegion: 'eu-west-1', disableDoubleEncoding: true }] },
  });
});
