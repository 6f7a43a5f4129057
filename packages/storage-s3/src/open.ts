import type { S3Client } from '@aws-sdk/client-s3';
import { cloudDefaults, createStorage, type Storage } from '@icechunk/storage-core';
import { S3StorageClient } from './client.ts';
import { connect } from './connect.ts';
import { credentialSource } from './credentials.ts';
import { chooseEndpoint, type Endpoint } from './endpoint.ts';
import type { ExtraHeaders } from './headers.ts';
import type { AnyOptions, CredentialFormName } from './options.ts';
import { chooseRegion } from './region.ts';
import { signingOf } from './signing.ts';
import type { S3Dialect, S3Target } from './target.ts';

/** What one of the services makes of a user's options, which it has checked. */
export interface Plan {
  readonly dialect: S3Dialect;
  /** What errors call the service. */
  readonly backend: string;
  readonly bucket: string;
  readonly options: AnyOptions;
  readonly form: Exclude<CredentialFormName, 'client'>;
  readonly headers: ExtraHeaders;
  /** What the service knows better than the options and the environment. */
  readonly endpoint?: Endpoint | undefined;
  readonly region?: string | undefined;
}

/** What the client of a bucket talks to, by a plan. No I/O, but for variables of the environment under `fromEnv`. */
export function targetOf(plan: Plan): S3Target {
  const { bucket, options, form, headers } = plan;
  const fromEnv = form === 'env';
  const endpoint = plan.endpoint ?? chooseEndpoint({ ...options, bucket, fromEnv });
  const region = plan.region ?? chooseRegion({ region: options.region, endpoint: endpoint?.url, fromEnv });
  const signing = signingOf(credentialSource(form, options));
  const { settings, forcePathStyle, signPayload, allowHttp } = options;
  const sdk = connect({
    ...{ bucket, endpoint, region, signing, headers, settings, fromEnv },
    ...{ forcePathStyle, signPayload, allowHttp },
  });
  const { refused, refresh } = signing;
  return { ...fieldsOf(plan, endpoint, region), sdk, refused, refresh, isCallersClient: false };
}

/** What a client of the caller's own is used for. */
export function targetOfClient(bucket: string, options: AnyOptions, sdk: S3Client): S3Target {
  const plan = { dialect: 's3', backend: 'S3', bucket, options } as const;
  return { ...fieldsOf(plan), sdk, isCallersClient: true };
}

/** The storage of a target. */
export function open(target: S3Target, { settings, onEvent, readOnly }: AnyOptions): Storage {
  return createStorage(new S3StorageClient(target), { defaults: cloudDefaults, settings, onEvent, readOnly });
}

type Fields = Omit<S3Target, 'sdk' | 'refused' | 'refresh' | 'isCallersClient'>;

function fieldsOf(
  { dialect, backend, bucket, options }: Pick<Plan, 'dialect' | 'backend' | 'bucket' | 'options'>,
  endpoint?: Endpoint,
  region?: string,
): Fields {
  const {
    prefix = '',
    legacyRootedKeys,
    requesterPays = false,
    checksumAlgorithm,
    contentMd5OnDelete = false,
  } = options;
  const shown = {
    ...(endpoint?.bucketIn !== 'nothing' && { bucket }),
    prefix,
    ...(region !== undefined && { region }),
    ...(endpoint && { endpointUrl: endpoint.url.href.replace(/\/$/, '') }),
  };
  const info = { backend, fields: shown };
  return { dialect, info, bucket, prefix, legacyRootedKeys, requesterPays, checksumAlgorithm, contentMd5OnDelete };
}
