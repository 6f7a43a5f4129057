import type { S3ClientConfig } from '@aws-sdk/client-s3';
import { checkEndpointUrl, StorageError } from '@icechunk/storage-core';
import { endpointOf, environment } from './environment.ts';

/** Where requests go that do not go to AWS by its own rules. */
export interface Endpoint {
  readonly url: URL;
  /** Where in the address the bucket is named; an address that is one bucket's own names none. */
  readonly bucketIn: 'path' | 'host' | 'nothing';
}

/** What of a user's options names an endpoint. */
export interface EndpointChoice {
  readonly bucket: string;
  readonly endpointUrl?: string | undefined;
  readonly allowHttp?: boolean | undefined;
  readonly forcePathStyle?: boolean | undefined;
  /** Whether the environment may name one. */
  readonly fromEnv: boolean;
}

/**
 * The endpoint that a user chose, by an option or, under `fromEnv`, by `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL`; undefined
 * for AWS.
 *
 * @throws {@link StorageError} `invalid_options`, naming the option or the variable.
 */
export function chooseEndpoint(choice: EndpointChoice): Endpoint | undefined {
  const url = chosenUrl(choice);
  if (!url) return undefined;
  const inPath = choice.forcePathStyle ?? needsPathStyle(url, choice.bucket);
  return { url, bucketIn: inPath ? 'path' : 'host' };
}

function chosenUrl({ bucket, endpointUrl, allowHttp, fromEnv }: EndpointChoice): URL | undefined {
  const fromOptions = endpointUrl === undefined ? undefined : { name: 'endpointUrl', address: endpointUrl };
  const chosen = fromOptions ?? (fromEnv ? endpointOf(environment()) : undefined);
  if (!chosen) return undefined;
  const url = checkEndpointUrl(chosen.address, { name: chosen.name, allowHttp });
  refuseBucketIn(url, bucket, chosen.name);
  return url;
}

// Named twice, the bucket would become the beginning of every key, or another host.
function refuseBucketIn({ hostname, pathname }: URL, bucket: string, name: string): void {
  if (hostname.startsWith(`${bucket}.s3.`) || hostname.startsWith(`${bucket}.s3-`))
    throw invalid(`${name} must not begin with the bucket, which bucket names: leave "${bucket}." out`);
  if (pathname.endsWith(`/${bucket}`))
    throw invalid(
      `${name} must not end with the bucket, which bucket names: leave "/${bucket}" out, or end it with a / where it is part of the address`,
    );
}

/**
 * Whether a bucket cannot be a name below an endpoint's host: below an address, `localhost` and other names without a dot,
 * below a path, and where the bucket's name is no label of a host. A dot in it is none: certificates hold for one label.
 */
export function needsPathStyle(endpoint: URL, bucket: string): boolean {
  const { hostname, pathname } = endpoint;
  if (hostname.startsWith('[') || /^[\d.]+$/.test(hostname) || !hostname.includes('.')) return true;
  return pathname !== '/' || !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(bucket);
}

/**
 * The address that the keys of a bucket are appended to.
 *
 * @throws {@link StorageError} `invalid_options` where the bucket cannot be part of the host.
 */
export function bucketUrl({ url, bucketIn }: Endpoint, bucket: string): URL {
  const address = new URL(url);
  const base = url.pathname.replace(/\/$/, '');
  // Ceph's tenant:bucket is signed with its colon encoded.
  address.pathname = bucketIn === 'path' ? `${base}/${encodeURIComponent(bucket)}` : base;
  if (bucketIn === 'host') {
    const host = `${bucket}.${url.hostname}`;
    address.hostname = host;
    // What can be no host is left out without a word, and capitals are made small: another bucket would be reached.
    if (address.hostname !== host) throw notInHost();
  }
  return address;
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}

function notInHost(): StorageError {
  return invalid(
    'forcePathStyle: false needs a bucket whose name can stand before the host: leave it out, or say true',
  );
}

/** What tells the SDK to send everything to one bucket's address, without the rules that it has for AWS. */
export function endpointConfig(endpoint: Endpoint, bucket: string, region: string): S3ClientConfig {
  const url = bucketUrl(endpoint, bucket);
  const authSchemes = [
    { name: 'sigv4', signingName: 's3', signingRegion: region, disableDoubleEncoding: true, properties: {} },
  ];
  return { endpoint: url.href, endpointProvider: () => ({ url, properties: { authSchemes }, headers: {} }) };
}
