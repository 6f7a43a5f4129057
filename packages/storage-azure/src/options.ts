import type { TokenCredential } from '@azure/identity';
import type { ContainerClient } from '@azure/storage-blob';
import {
  type CredentialForm,
  checkOptions,
  chooseCredentialForm,
  type EventListener,
  type Expiring,
  type OptionRule,
  optionRules,
  StorageError,
  type StorageSettings,
} from '@icechunk/storage-core';
import type { Place } from './endpoints.ts';

/** What `getCredentials` gives: one of a key, a shared access signature and a token. */
export type AzureCredentials = Expiring &
  (
    | { readonly accountKey: string; readonly sasToken?: undefined; readonly bearerToken?: undefined }
    | { readonly sasToken: string; readonly accountKey?: undefined; readonly bearerToken?: undefined }
    | { readonly bearerToken: string; readonly accountKey?: undefined; readonly sasToken?: undefined }
  );

/** The ways to give credentials: exactly one of them. */
export interface AzureCredentialForms {
  /** Whatever the environment of the process holds: see the README for the order. */
  fromEnv: true;
  /** One of the account's two keys, in base64. It signs every request; itself it is never sent. */
  accountKey: string;
  /** A shared access signature, with or without `?`. */
  sasToken: string;
  /** An access token of Microsoft Entra for `https://storage.azure.com/`, used until Azure refuses it. */
  bearerToken: string;
  /** The same token under the name that Azure's own tools give it. */
  accessToken: string;
  /** Asked before the first request, and again before what it gave ends or once Azure refuses it. */
  getCredentials: () => Promise<AzureCredentials> | AzureCredentials;
  /** No credentials: for containers that anybody may read. */
  anonymous: true;
  /** A credential of `@azure/identity`, or whatever else has `getToken`. */
  credential: TokenCredential;
}

/** No form of credentials. */
export type AzureNoCredentials = {
  readonly [Form in keyof AzureCredentialForms]?:
    | (AzureCredentialForms[Form] extends true ? false : undefined)
    | undefined;
};

/** Exactly one form of credentials. */
export type AzureCredentialOptions = {
  [Form in keyof AzureCredentialForms]: { readonly [Given in Form]: AzureCredentialForms[Given] } & Omit<
    AzureNoCredentials,
    Form
  >;
}[keyof AzureCredentialForms];

/** What every form takes. */
export interface AzureCommonOptions {
  /** Where the repository lies in the container. Empty segments are dropped. Default: the container's root. */
  readonly prefix?: string | undefined;
  /** `true` refuses every write with `read_only` before any I/O. Default `false`. */
  readonly readOnly?: boolean | undefined;
  /** Laid over the defaults of object stores in the cloud. */
  readonly settings?: StorageSettings | undefined;
  /** Told of retries, renewed credentials, recovered writes, dropped conditions and skipped names. Default: nobody is. */
  readonly onEvent?: EventListener | undefined;
}

/** Where an account is reached. */
export interface AzureEndpointOptions {
  readonly container: string;
  /** The address of the blob service, for sovereign clouds and custom domains. Default `https://<account>.blob.core.windows.net`. */
  readonly endpointUrl?: string | undefined;
  /** `true` takes an `endpointUrl` of plain http, but no token over it. Default `false`. */
  readonly allowHttp?: boolean | undefined;
}

/** An account by name, with exactly one form of credentials. */
export type AzureAccountOptions = AzureEndpointOptions & {
  readonly account: string;
  readonly useEmulator?: false | undefined;
  readonly client?: undefined;
} & AzureCredentialOptions;

/** An account that the environment may name, as it has the credentials. */
export type AzureEnvironmentOptions = AzureEndpointOptions & {
  readonly account?: string | undefined;
  readonly useEmulator?: false | undefined;
  readonly client?: undefined;
  readonly fromEnv: true;
} & Omit<AzureNoCredentials, 'fromEnv'>;

/** Azurite: at its usual address, with its usual account and its usual key, where nothing else is said. */
export type AzureEmulatorOptions = AzureEndpointOptions & {
  readonly account?: string | undefined;
  readonly useEmulator: true;
  readonly client?: undefined;
} & (AzureCredentialOptions | AzureNoCredentials);

/** A client of the caller's: it brings its container and credentials, retries by itself and is not closed. */
export type AzureClientOptions = AzureNoCredentials & {
  readonly client: ContainerClient;
  readonly account?: undefined;
  readonly container?: undefined;
  readonly endpointUrl?: undefined;
  readonly allowHttp?: false | undefined;
  readonly useEmulator?: false | undefined;
};

/** Options of `azureStorage`: a place, and exactly one form of credentials. A mix does not compile. */
export type AzureStorageOptions = AzureCommonOptions &
  (AzureAccountOptions | AzureEnvironmentOptions | AzureEmulatorOptions | AzureClientOptions);

/** The options as this package reads them, once {@link checkAzureOptions} has passed them. */
export interface CheckedOptions extends AzureCommonOptions, Place {
  readonly fromEnv?: boolean | undefined;
  readonly accountKey?: string | undefined;
  readonly sasToken?: string | undefined;
  readonly bearerToken?: string | undefined;
  readonly accessToken?: string | undefined;
  readonly getCredentials?: AzureCredentialForms['getCredentials'] | undefined;
  readonly anonymous?: boolean | undefined;
  readonly credential?: TokenCredential | undefined;
  readonly client?: ContainerClient | undefined;
}

const objectWith = (method: string, says: string): OptionRule => ({
  says,
  holds: (value) => typeof (value as Record<string, unknown> | null)?.[method] === 'function',
});

const rules: Readonly<Record<keyof CheckedOptions, OptionRule>> = {
  account: optionRules.text,
  container: optionRules.text,
  prefix: optionRules.anyText,
  fromEnv: optionRules.flag,
  accountKey: optionRules.text,
  sasToken: optionRules.text,
  bearerToken: optionRules.text,
  accessToken: optionRules.text,
  getCredentials: optionRules.callback,
  anonymous: optionRules.flag,
  credential: objectWith('getToken', 'an object with getToken, such as one of @azure/identity'),
  client: objectWith('getBlockBlobClient', 'a ContainerClient of @azure/storage-blob'),
  endpointUrl: optionRules.text,
  allowHttp: optionRules.flag,
  useEmulator: optionRules.flag,
  settings: optionRules.object,
  onEvent: optionRules.callback,
  readOnly: optionRules.flag,
};

/** Names from elsewhere, among them those that Icechunk's page and its Python client use beside ours. */
const renamed: Readonly<Record<string, string>> = {
  accountName: 'is account here',
  containerName: 'is container here',
  accessKey: 'is accountKey here',
  sasKey: 'is sasToken here',
  connectionString: 'is no option: give fromEnv, which reads AZURE_STORAGE_CONNECTION_STRING, or client',
};

/** The forms, by name. */
export type AzureCredentialFormName = keyof AzureCredentialForms | 'client' | 'emulator';

const forms: Readonly<Record<Exclude<AzureCredentialFormName, 'emulator'>, CredentialForm>> = {
  fromEnv: { fields: ['fromEnv'] },
  accountKey: { fields: ['accountKey'] },
  sasToken: { fields: ['sasToken'] },
  bearerToken: { fields: ['bearerToken'] },
  accessToken: { fields: ['accessToken'] },
  getCredentials: { fields: ['getCredentials'] },
  anonymous: { fields: ['anonymous'] },
  credential: { fields: ['credential'] },
  client: { fields: ['client'] },
};

/**
 * Passes options that are right by name and type and name one form of credentials, and says which.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field; no value stands in it.
 */
export function checkAzureOptions(options: AzureStorageOptions): AzureCredentialFormName {
  for (const name of Object.keys(Object(options))) {
    if (Object.hasOwn(renamed, name)) throw invalid(`${name} ${renamed[name]}`);
  }
  checkOptions(options, rules);
  const given: Readonly<Record<string, unknown>> = { ...options };
  if (given['useEmulator'] === true && !Object.keys(forms).some((name) => isGiven(given[name])))
    return needContainer(given, 'emulator');
  const form = chooseCredentialForm(options, forms);
  if (form !== 'client') return needContainer(given, form);
  const beside = ['account', 'container', 'endpointUrl', 'allowHttp', 'useEmulator'].find((name) =>
    isGiven(given[name]),
  );
  if (beside !== undefined) throw invalid(`${beside} cannot stand beside client, which has its own`);
  return form;
}

function needContainer(
  given: Readonly<Record<string, unknown>>,
  form: AzureCredentialFormName,
): AzureCredentialFormName {
  if (given['container'] === undefined) throw invalid('container is missing: it takes the name of a container');
  return form;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false;
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
