import {
  type CredentialForm,
  checkOptions,
  chooseCredentialForm,
  type EventListener,
  type OptionRule,
  optionRules,
  StorageError,
  type StorageSettings,
} from '@icechunk/storage-core';
import { checkBucketName } from './bucket-name.ts';
import type { CallersAuthClient, CallersStorage } from './callers-client.ts';

/** What every {@link GcsStorageOptions} may hold beside its credentials. */
export interface GcsPlaceOptions {
  /** The name alone: neither `gs://` nor a path. */
  readonly bucket: string;
  /** What the repository's objects lie under. Empty segments do not count. Default: the bucket's root. */
  readonly prefix?: string | undefined;
  /** The project that pays for requests to a bucket whose requesters pay. */
  readonly userProject?: string | undefined;
  /** Another address than `https://storage.googleapis.com`: an emulator, a proxy, another universe. */
  readonly endpointUrl?: string | undefined;
  /** `true` takes an endpoint of plain http, where tokens and data travel in the open. Default `false`. */
  readonly allowHttp?: boolean | undefined;
  /** Laid over the defaults of the cloud. */
  readonly settings?: StorageSettings | undefined;
  /** Told of retries, renewed tokens, recovered writes, dropped conditions and skipped names. Default: nobody is. */
  readonly onEvent?: EventListener | undefined;
  /** `true` refuses every write with `read_only` before any I/O, and asks for tokens that can only read. Default `false`. */
  readonly readOnly?: boolean | undefined;
}

/** What a {@link GcsCredentialFields.getCredentials} gives. */
export interface GcsBearerCredential {
  /** The access token alone, without `Bearer`. */
  readonly bearer: string;
  /** Not to be used from then on: the callback is asked again before. Without it, once the token is refused. */
  readonly expiresAfter?: Date | undefined;
}

/** The fields of a service account's key, as Google's console gives it. Others are ignored. */
export interface ServiceAccountKey {
  readonly client_email: string;
  readonly private_key: string;
  readonly [field: string]: unknown;
}

/** Every field that credentials can be given in. */
export interface GcsCredentialFields {
  /** Variables of the environment as Icechunk's Rust client reads them, then application default credentials. */
  readonly fromEnv: true;
  /** The path of a service account's key. */
  readonly serviceAccountFile: string;
  /** A service account's key: the text of its file, or what is in it. */
  readonly serviceAccountKey: string | ServiceAccountKey;
  /** The path of application default credentials of any type: service account, user, workload identity, impersonation. */
  readonly applicationCredentials: string;
  /** An access token, which nothing renews. */
  readonly bearerToken: string;
  /** Beside `bearerToken`: not to be used from then on. */
  readonly expiresAfter: Date;
  /** Gives access tokens, and is asked again before they end: once, however many requests wait. */
  readonly getCredentials: () => Promise<GcsBearerCredential>;
  /** No credentials, for public buckets and emulators. */
  readonly anonymous: true;
  /** An `AuthClient` of `google-auth-library` that the caller made. */
  readonly authClient: CallersAuthClient;
  /** A `Storage` of `@google-cloud/storage` that the caller made: its credentials and its endpoint are used, and nothing else of it. */
  readonly client: CallersStorage;
}

/** The name of a field that credentials can be given in. */
export type GcsCredentialField = keyof GcsCredentialFields;

/** These fields, and none of the others that credentials can be given in. */
export type GcsExactly<Required extends GcsCredentialField, Optional extends GcsCredentialField = never> = Pick<
  GcsCredentialFields,
  Required
> & {
  readonly [Name in Optional]?: GcsCredentialFields[Name] | undefined;
} & { readonly [Name in Exclude<GcsCredentialField, Required | Optional>]?: undefined };

/** One way to give credentials, and no other beside it. */
export type GcsCredentialOptions =
  | GcsExactly<'fromEnv'>
  | GcsExactly<'serviceAccountFile'>
  | GcsExactly<'serviceAccountKey'>
  | GcsExactly<'applicationCredentials'>
  | GcsExactly<'bearerToken', 'expiresAfter'>
  | GcsExactly<'getCredentials'>
  | GcsExactly<'anonymous'>
  | GcsExactly<'authClient'>
  | (GcsExactly<'client'> & { readonly endpointUrl?: undefined });

/** Options of {@link gcsStorage}: a place, and exactly one way to give credentials. */
export type GcsStorageOptions = GcsPlaceOptions & GcsCredentialOptions;

/** The options that say how credentials are given. */
export type GcsCredentialForm = Exclude<GcsCredentialField, 'expiresAfter'>;

const forms: Readonly<Record<GcsCredentialForm, CredentialForm>> = {
  fromEnv: { fields: ['fromEnv'] },
  serviceAccountFile: { fields: ['serviceAccountFile'] },
  serviceAccountKey: { fields: ['serviceAccountKey'] },
  applicationCredentials: { fields: ['applicationCredentials'] },
  bearerToken: { fields: ['bearerToken'], optional: ['expiresAfter'] },
  getCredentials: { fields: ['getCredentials'] },
  anonymous: { fields: ['anonymous'] },
  authClient: { fields: ['authClient'] },
  client: { fields: ['client'] },
};

/** What can be sent as a token in a header (RFC 9110, 5.5, seen 2026-11), and is one. */
export const tokenRule: OptionRule = {
  says: 'a token of visible ASCII characters, without "Bearer"',
  holds: (value) => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value),
};

const keyRule: OptionRule = {
  says: "a service account's key, as JSON text or as an object",
  holds: (value) => optionRules.text.holds(value) || optionRules.object.holds(value),
};

const authClientRule: OptionRule = {
  says: 'an AuthClient of google-auth-library, which has getRequestHeaders()',
  holds: (value) => hasMethod(value, 'getRequestHeaders'),
};

const clientRule: OptionRule = {
  says: 'a Storage of @google-cloud/storage',
  holds: (value) => {
    const { apiEndpoint, authClient } = Object(value) as Partial<CallersStorage>;
    return typeof apiEndpoint === 'string' && hasMethod(authClient, 'getClient');
  },
};

const rules = {
  bucket: optionRules.text,
  prefix: optionRules.anyText,
  userProject: {
    says: 'the id of a project',
    holds: (value: unknown) => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value),
  },
  endpointUrl: optionRules.text,
  allowHttp: optionRules.flag,
  settings: optionRules.object,
  onEvent: optionRules.callback,
  readOnly: optionRules.flag,
  fromEnv: optionRules.flag,
  serviceAccountFile: optionRules.text,
  serviceAccountKey: keyRule,
  applicationCredentials: optionRules.text,
  bearerToken: tokenRule,
  expiresAfter: optionRules.date,
  getCredentials: optionRules.callback,
  anonymous: optionRules.flag,
  authClient: authClientRule,
  client: clientRule,
} satisfies Readonly<Record<string, OptionRule>>;

/**
 * Passes options that are right as far as they can be without any I/O, and says how credentials are given.
 *
 * @throws {@link StorageError} `invalid_options`, naming the fields, and never a value.
 */
export function checkGcsOptions(options: GcsStorageOptions): GcsCredentialForm {
  checkOptions(options, rules);
  if (options.bucket === undefined) throw invalid('bucket is missing');
  checkBucketName(options.bucket);
  const form = chooseCredentialForm(options, forms);
  if (form === 'client' && (options as GcsPlaceOptions).endpointUrl !== undefined) {
    throw invalid('endpointUrl cannot stand beside client, which has an endpoint of its own');
  }
  return form;
}

function hasMethod(value: unknown, name: string): boolean {
  return typeof (Object(value) as Readonly<Record<string, unknown>>)[name] === 'function';
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
