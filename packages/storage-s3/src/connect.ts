import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { cloudDefaults, type ResolvedSettings, resolveSettings, StorageError } from '@icechunk/storage-core';
import { type Endpoint, endpointConfig } from './endpoint.ts';
import { addHeaders, type ExtraHeaders } from './headers.ts';
import type { ObjectOptions } from './options.ts';
import { leavePayloadUnsigned } from './payload.ts';
import { missingRegion } from './region.ts';
import { isRequest } from './sdk-request.ts';
import type { Signing } from './signing.ts';
import { silentLogger } from './silent-logger.ts';
import { isTigrisHost, notForTigris } from './tigris-host.ts';

/** How an SDK client is to be made. */
export interface Connection {
  readonly bucket: string;
  /** Undefined is AWS, by the SDK's rules. */
  readonly endpoint: Endpoint | undefined;
  /** Undefined is what a profile says. */
  readonly region: string | undefined;
  readonly signing: Signing;
  readonly headers: ExtraHeaders;
  readonly settings: ObjectOptions['settings'];
  readonly forcePathStyle?: boolean | undefined;
  readonly signPayload?: boolean | undefined;
  readonly allowHttp?: boolean | undefined;
  /** Whether the environment and its profile may say anything of the connection. */
  readonly fromEnv: boolean;
}

/** An SDK client for one bucket: nothing is retried, and nothing said on the console. */
export function connect(connection: Connection): S3Client {
  const { endpoint, region, signing, headers, fromEnv } = connection;
  const sdk = new S3Client({
    ...(!fromEnv && fromOptionsAlone),
    ...sending(resolveSettings(cloudDefaults, connection.settings).timeouts),
    ...(region !== undefined && { region }),
    ...(connection.forcePathStyle !== undefined && { forcePathStyle: connection.forcePathStyle }),
    ...(endpoint && region !== undefined && endpointConfig(endpoint, connection.bucket, region)),
    ...signing.config,
  });
  signing.watch(sdk);
  addHeaders(sdk, headers);
  if (!connection.signPayload) leavePayloadUnsigned(sdk, connection.signPayload === false);
  if (fromEnv && !endpoint) checkProfile(sdk, connection.allowHttp ?? false);
  return sdk;
}

/** What the SDK else takes from the environment and the shared files, where the user has asked for neither. */
const fromOptionsAlone: S3ClientConfig = {
  ignoreConfiguredEndpointUrls: true,
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  useArnRegion: false,
  disableS3ExpressSessionAuth: false,
  defaultsMode: 'legacy',
  userAgentAppId: 'icechunk-js',
  authSchemePreference: [],
  sigv4aSigningRegionSet: [],
};

function sending(timeouts: ResolvedSettings['timeouts']): S3ClientConfig {
  const { connectTimeoutMs, readTimeoutMs, networkStreamTimeoutMs } = timeouts;
  // As Node has it: the SDK's 50 would soon be held by bodies that nobody reads, and the next request would wait for ever. How many
  // are asked at once is core's to limit.
  const agent = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY };
  return {
    maxAttempts: 1,
    retryMode: 'standard',
    logger: silentLogger,
    // Above 2 MiB the SDK otherwise asks before it sends, over a connection of its own for each request.
    expectContinueHeader: false,
    // R2 and others answer 501 to checksums that nobody asked for (https://github.com/aws/aws-sdk-js-v3/issues/6810, seen
    // 2026-11), and a 304 that carries one fails the SDK's own check.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    followRegionRedirects: false,
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: readTimeoutMs,
      throwOnRequestTimeout: true,
      socketTimeout: networkStreamTimeoutMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
}

// A profile may name a region and an endpoint as well, which nobody knows before the first request.
function checkProfile(sdk: S3Client, allowHttp: boolean): void {
  sdk.middlewareStack.add(
    (next) => async (args) => {
      await sdk.config.region().catch((cause: unknown) => {
        throw missingRegion(cause);
      });
      return await next(args);
    },
    { step: 'initialize', name: 'icechunkRegion' },
  );
  sdk.middlewareStack.add(
    (next) => async (args) => {
      if (isRequest(args.request)) checkAddress(args.request, allowHttp);
      return await next(args);
    },
    { step: 'build', name: 'icechunkAddress' },
  );
}

function checkAddress({ protocol, hostname }: { protocol: string; hostname: string }, allowHttp: boolean): void {
  if (isTigrisHost(hostname)) throw notForTigris();
  if (protocol === 'https:' || allowHttp) return;
  throw new StorageError({
    kind: 'invalid_options',
    message: "the profile's endpoint_url is plain http: give allowHttp: true to take it all the same",
  });
}
