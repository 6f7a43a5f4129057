import { StorageError } from '@icechunk/storage-core';

/** A variable of the environment that is set, and not empty. */
interface Variable {
  readonly name: string;
  readonly value: string;
}

/** Where the environment says that credentials are to be had. */
export type EnvironmentCredentials =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'token'; readonly variable: Variable }
  | { readonly kind: 'service_account_file'; readonly variable: Variable }
  | { readonly kind: 'service_account_key'; readonly variable: Variable }
  | { readonly kind: 'application_credentials'; readonly variable: Variable }
  /** gcloud's file where there is one, else the metadata server. */
  | { readonly kind: 'default'; readonly gcloudFile?: string };

/** What `fromEnv` comes to, before any I/O. */
export interface GcsEnvironment {
  readonly credentials: EnvironmentCredentials;
  /** The address of the endpoint, where the environment has one. */
  readonly endpoint?: Variable;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * What the environment says, in this order: the first that is set counts.
 *
 * 1. `GOOGLE_SKIP_SIGNATURE`: no credentials
 * 2. `GOOGLE_BEARER_TOKEN`
 * 3. `GOOGLE_SERVICE_ACCOUNT`, `GOOGLE_SERVICE_ACCOUNT_PATH` or `SERVICE_ACCOUNT`, a file, or `GOOGLE_SERVICE_ACCOUNT_KEY`, its text;
 *    both exclude each other
 * 4. `STORAGE_EMULATOR_HOST`, where it is the endpoint: no credentials
 * 5. `GOOGLE_APPLICATION_CREDENTIALS`, a file of any type
 * 6. gcloud's file in `CLOUDSDK_CONFIG`, or in its place below the user's folder
 * 7. the metadata server
 *
 * The endpoint is `GOOGLE_BASE_URL`, else `STORAGE_EMULATOR_HOST`. Empty variables count as not set.
 *
 * @param hasEndpoint True where the options give an endpoint: an emulator of the environment is then none.
 * @throws {@link StorageError} `invalid_options`, naming the variables and no value.
 * @see https://github.com/apache/arrow-rs-object-store, `src/gcp/builder.rs` and `credential.rs` (seen 2026-11), for all but 4 and `CLOUDSDK_CONFIG`
 * @see https://google.aip.dev/auth/4110 (seen 2026-11), for 5 to 7
 */
export function readEnvironment(variables: Variables, platform: string, hasEndpoint = false): GcsEnvironment {
  const baseUrl = find(variables, 'GOOGLE_BASE_URL');
  const emulator = baseUrl || hasEndpoint ? undefined : find(variables, 'STORAGE_EMULATOR_HOST');
  const endpoint = baseUrl ?? withScheme(emulator);
  return {
    credentials:
      explicitCredentials(variables) ?? (emulator ? { kind: 'anonymous' } : defaultCredentials(variables, platform)),
    ...(endpoint && { endpoint }),
  };
}

function explicitCredentials(variables: Variables): EnvironmentCredentials | undefined {
  const skip = find(variables, 'GOOGLE_SKIP_SIGNATURE');
  if (skip && isTrue(skip)) return { kind: 'anonymous' };
  const token = find(variables, 'GOOGLE_BEARER_TOKEN');
  if (token) return { kind: 'token', variable: token };
  const file = find(variables, 'GOOGLE_SERVICE_ACCOUNT', 'GOOGLE_SERVICE_ACCOUNT_PATH', 'SERVICE_ACCOUNT');
  const key = find(variables, 'GOOGLE_SERVICE_ACCOUNT_KEY');
  if (file && key) throw invalid(`${file.name} and ${key.name} exclude each other in the environment: set one`);
  if (file) return { kind: 'service_account_file', variable: file };
  return key && { kind: 'service_account_key', variable: key };
}

function defaultCredentials(variables: Variables, platform: string): EnvironmentCredentials {
  const file = find(variables, 'GOOGLE_APPLICATION_CREDENTIALS');
  if (file) return { kind: 'application_credentials', variable: file };
  const folder = gcloudFolder(variables, platform);
  return { kind: 'default', ...(folder && { gcloudFile: `${folder}/application_default_credentials.json` }) };
}

function gcloudFolder(variables: Variables, platform: string): string | undefined {
  const configured = find(variables, 'CLOUDSDK_CONFIG');
  if (configured) return configured.value;
  const [home, folder] =
    platform === 'win32' ? (['APPDATA', 'gcloud'] as const) : (['HOME', '.config/gcloud'] as const);
  const found = find(variables, home);
  return found && `${found.value}/${folder}`;
}

// Google's other client libraries take the host and port alone (cloud.google.com/go/storage `NewClient`, seen 2026-11).
function withScheme(variable: Variable | undefined): Variable | undefined {
  if (!variable || /^[a-z]+:\/\//i.test(variable.value)) return variable;
  return { ...variable, value: `http://${variable.value}` };
}

function find(variables: Variables, ...names: readonly string[]): Variable | undefined {
  const name = names.find((one) => variables[one]);
  return name === undefined ? undefined : { name, value: variables[name] as string };
}

// The words that `object_store` takes (`src/config.rs`, seen 2026-11).
function isTrue({ name, value }: Variable): boolean {
  if (/^(1|true|on|yes|y)$/i.test(value)) return true;
  if (/^(0|false|off|no|n)$/i.test(value)) return false;
  throw invalid(`${name} takes true or false`);
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
