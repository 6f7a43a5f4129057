import type { S3Client } from '@aws-sdk/client-s3';
import {
  type CredentialForm,
  checkOptions,
  chooseCredentialForm,
  type EventListener,
  type OptionRules,
  optionRules,
  type StorageSettings,
} from '@icechunk/storage-core';
import type { S3Credentials, SdkCredentials } from './credential-types.ts';
import type { ChecksumAlgorithmName } from './target.ts';

/** What every storage of this package takes, however it is connected. */
export interface ObjectOptions {
  /** What the keys of all objects begin with; one `/` at its end does not count. Default: the bucket's root. */
  readonly prefix?: string | undefined;
  /** `true` pays for requests to a bucket whose owner does not. Default `false`. */
  readonly requesterPays?: boolean | undefined;
  /** Sends this checksum with each put and part, which the provider verifies. Default none: some stores refuse them. */
  readonly checksumAlgorithm?: ChecksumAlgorithmName | undefined;
  /** `true` sends `Content-MD5` with batch deletes, for old stores that ask for it. Default `false`: others refuse it. */
  readonly contentMd5OnDelete?: boolean | undefined;
  /** Whether keys at the bucket's root begin with `/`, as old Icechunk clients wrote them. Default: looked up, once. */
  readonly legacyRootedKeys?: boolean | undefined;
  /** Laid over Icechunk's defaults for the cloud. */
  readonly settings?: StorageSettings | undefined;
  /** Told of retries, renewed credentials, recovered writes, dropped conditions and skipped names. Default: nobody is. */
  readonly onEvent?: EventListener | undefined;
  /** `true` refuses every write with `read_only` before any I/O. Default `false`. */
  readonly readOnly?: boolean | undefined;
}

/** Headers that go along with requests, signed. The narrower wins: `readHeaders` and `writeHeaders` over `headers`. */
export interface HeaderOptions {
  /** With every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** With `GET` and `HEAD`. */
  readonly readHeaders?: Readonly<Record<string, string>> | undefined;
  /** With everything else. What is a property of objects (`x-amz-acl`) goes with the requests that make objects. */
  readonly writeHeaders?: Readonly<Record<string, string>> | undefined;
}

/** How a provider is reached. */
export interface ConnectionOptions extends HeaderOptions {
  /** For example `us-east-1`. AWS needs it; with an `endpointUrl` it is `us-east-1` unless it is given. */
  readonly region?: string | undefined;
  /** `https://host[:port][/path]`, where it is not AWS. */
  readonly endpointUrl?: string | undefined;
  /** `true` takes an `http:` endpoint as well, where everybody on the way reads along. Default `false`. */
  readonly allowHttp?: boolean | undefined;
  /** `true`: `https://host/bucket/key`; `false`: `https://bucket.host/key`. Default `false` where the host can have that name. */
  readonly forcePathStyle?: boolean | undefined;
  /** Whether signatures cover the bytes of objects. Default: over `http:`, and not over `https:`, where TLS guards them. */
  readonly signPayload?: boolean | undefined;
}

/** The fields of all ways to give credentials. */
export interface CredentialFields {
  /** `AWS_ACCESS_KEY_ID` with `AWS_SECRET_ACCESS_KEY`, else profiles, SSO, web identity, the container's or the machine's role. */
  readonly fromEnv: true;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** When the session ends: from then on requests reject with `unauthenticated`, unsent. */
  readonly expiresAfter: Date;
  /** Signs nothing: for public data. */
  readonly anonymous: true;
  /** Asked when credentials are needed, before they end, and when they are refused; once however many requests wait. */
  readonly getCredentials: () => Promise<S3Credentials> | S3Credentials;
  /** Credentials, or a provider of them, as the AWS SDK has them. */
  readonly credentials: SdkCredentials;
  /** A client of your own: it keeps its retries, its endpoint and its region, and is not closed. */
  readonly client: S3Client;
}

/** Fields that are given by `true`, and not by `false`. */
export type CredentialFlag = 'fromEnv' | 'anonymous';

/** The fields of one way, and none of the others. */
export type OneWay<Given extends keyof CredentialFields, Maybe extends keyof CredentialFields = never> = Pick<
  CredentialFields,
  Given
> & { readonly [K in keyof Pick<CredentialFields, Maybe>]?: CredentialFields[K] | undefined } & {
  readonly [K in Exclude<keyof CredentialFields, Given | Maybe>]?: K extends CredentialFlag
    ? false | undefined
    : undefined;
};

/** Exactly one way to be authorised by the provider. */
export type CredentialOptions =
  | OneWay<'fromEnv'>
  | OneWay<'accessKeyId' | 'secretAccessKey', 'sessionToken' | 'expiresAfter'>
  | OneWay<'anonymous'>
  | OneWay<'getCredentials'>
  | OneWay<'credentials'>;

/** An SDK client of the caller's, beside which nothing of a connection can stand. */
export type ClientOptions = OneWay<'client'> & { readonly [K in keyof ConnectionOptions]?: undefined };

/** A bucket's name. */
export interface BucketOptions {
  readonly bucket: string;
}

/** Options of {@link s3Storage}. */
export type S3StorageOptions = BucketOptions &
  ObjectOptions &
  ((ConnectionOptions & CredentialOptions) | ClientOptions);

/** The credentials that a user chose, by their form. */
export type CredentialFormName = 'env' | 'keys' | 'anonymous' | 'callback' | 'sdk' | 'client';

type Every = BucketOptions & ObjectOptions & ConnectionOptions & CredentialFields;

/** Every option of this package, as it comes before its check. */
export type AnyOptions = { readonly [K in keyof Every]?: (K extends CredentialFlag ? boolean : Every[K]) | undefined };

const { flag, text, anyText, object, callback, date, headers, oneOf } = optionRules;

const credentialRules: OptionRules = {
  fromEnv: flag,
  accessKeyId: text,
  secretAccessKey: text,
  sessionToken: text,
  expiresAfter: date,
  anonymous: flag,
  getCredentials: callback,
  credentials: {
    says: 'credentials or a provider of the AWS SDK',
    holds: (value) => object.holds(value) || callback.holds(value),
  },
};

const objectRules: OptionRules = {
  prefix: anyText,
  requesterPays: flag,
  checksumAlgorithm: oneOf('CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'),
  contentMd5OnDelete: flag,
  legacyRootedKeys: flag,
  settings: object,
  onEvent: callback,
  readOnly: flag,
};

/** What the options of a bucket take, whichever service it is of. */
export const bucketRules: OptionRules = {
  bucket: text,
  ...objectRules,
  region: text,
  endpointUrl: text,
  allowHttp: flag,
  forcePathStyle: flag,
  signPayload: flag,
  headers,
  readHeaders: headers,
  writeHeaders: headers,
  ...credentialRules,
};

const s3Rules: OptionRules = {
  ...bucketRules,
  client: {
    says: 'an S3Client of the AWS SDK',
    holds: (value) => object.holds(value) && callback.holds((value as { readonly send?: unknown }).send),
  },
};

const forms: Readonly<Record<CredentialFormName, CredentialForm>> = {
  env: { fields: ['fromEnv'] },
  keys: { fields: ['accessKeyId', 'secretAccessKey'], optional: ['sessionToken', 'expiresAfter'] },
  anonymous: { fields: ['anonymous'] },
  callback: { fields: ['getCredentials'] },
  sdk: { fields: ['credentials'] },
  client: { fields: ['client'] },
};

/**
 * Passes options of known names and right types with exactly one way to give credentials, and says which.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field and no value.
 */
export function checkS3Options(options: object): CredentialFormName {
  checkOptions(options, s3Rules);
  return chooseCredentialForm(options, forms);
}

/** As {@link checkS3Options}, for a service whose client is always made here. */
export function checkServiceOptions(options: object, rules: OptionRules): Exclude<CredentialFormName, 'client'> {
  checkOptions(options, rules);
  const { client: _, ...ofServices } = forms;
  return chooseCredentialForm(options, ofServices);
}
