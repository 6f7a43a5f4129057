import { StorageError } from '@icechunk/storage-core';
import { parseConnectionString } from './connection-string.ts';
import { type AzureSource, fixedSource, tokenSource } from './credentials.ts';
import { EMULATOR_KEY, type Place } from './endpoints.ts';
import {
  azureCli,
  clientSecret,
  defaultChain,
  managedIdentity,
  managedIdentityAt,
  workloadIdentity,
} from './identity.ts';

/** The variables of a process, or of whatever stands for one. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says: the credentials, and what of the place the options leave open. */
export interface FromEnvironment extends Omit<Place, 'container'> {
  readonly source: AzureSource;
}

/**
 * The variables, each with the names under which it is looked for, in this order: those of the Rust crate `object_store`
 * (`src/azure/builder.rs`, seen 2026-11), as Icechunk's other clients read them, then those of the Azure tools.
 */
const names = {
  account: ['AZURE_STORAGE_ACCOUNT_NAME', 'AZURE_STORAGE_ACCOUNT'],
  accountKey: [
    'AZURE_STORAGE_ACCOUNT_KEY',
    'AZURE_STORAGE_ACCESS_KEY',
    'AZURE_STORAGE_MASTER_KEY',
    'AZURE_STORAGE_KEY',
  ],
  sasToken: ['AZURE_STORAGE_SAS_KEY', 'AZURE_STORAGE_SAS_TOKEN'],
  token: ['AZURE_STORAGE_TOKEN'],
  clientId: ['AZURE_STORAGE_CLIENT_ID', 'AZURE_CLIENT_ID'],
  clientSecret: ['AZURE_STORAGE_CLIENT_SECRET', 'AZURE_CLIENT_SECRET'],
  tenantId: ['AZURE_STORAGE_TENANT_ID', 'AZURE_STORAGE_AUTHORITY_ID', 'AZURE_TENANT_ID', 'AZURE_AUTHORITY_ID'],
  authorityHost: ['AZURE_STORAGE_AUTHORITY_HOST', 'AZURE_AUTHORITY_HOST'],
  federatedTokenFile: ['AZURE_FEDERATED_TOKEN_FILE'],
  managedIdentityEndpoint: ['AZURE_MSI_ENDPOINT', 'AZURE_IDENTITY_ENDPOINT'],
  objectId: ['AZURE_OBJECT_ID'],
  resourceId: ['AZURE_MSI_RESOURCE_ID'],
  credentialType: ['AZURE_CREDENTIAL_TYPE'],
  connectionString: ['AZURE_STORAGE_CONNECTION_STRING'],
  endpointUrl: ['AZURE_STORAGE_ENDPOINT', 'AZURE_ENDPOINT'],
  emulatorUrl: ['AZURITE_BLOB_STORAGE_URL'],
  useEmulator: ['AZURE_STORAGE_USE_EMULATOR'],
  useFabric: ['AZURE_USE_FABRIC_ENDPOINT'],
  useAzureCli: ['AZURE_USE_AZURE_CLI'],
  skipSignature: ['AZURE_SKIP_SIGNATURE'],
  allowHttp: ['AZURE_ALLOW_HTTP'],
  encryptionKey: ['AZURE_STORAGE_ENCRYPTION_KEY'],
} as const satisfies Record<string, readonly string[]>;

type Variable = keyof typeof names;

/**
 * Reads the environment, once: which variables decide, and in which order, stands in the package's README.
 *
 * @param place What the options say: each of it comes before the variable of the same meaning.
 * @throws {@link StorageError} `invalid_options`, naming the variable and never its value.
 */
export function fromEnvironment(env: Environment, place: Omit<Place, 'container'>): FromEnvironment {
  const variables = new Variables(env);
  if (variables.get('encryptionKey') !== undefined)
    throw invalid(
      `${variables.nameOf('encryptionKey')} is not supported: unset it, since nothing would be encrypted with it`,
    );
  const useEmulator = place.useEmulator ?? variables.isOn('useEmulator');
  const connection = needsConnectionString(variables, useEmulator);
  const account = place.account ?? variables.get('account') ?? connection?.account;
  if (connection && !connection.useEmulator && account !== (connection.account ?? account))
    throw invalid(`account is another one than in ${variables.nameOf('connectionString')}, which has no key to it`);
  const isEmulator = useEmulator || connection?.useEmulator === true;
  return {
    account,
    endpointUrl: place.endpointUrl ?? endpointOf(variables, isEmulator, account) ?? connection?.endpointUrl,
    allowHttp: place.allowHttp ?? (variables.isOn('allowHttp') || undefined),
    useEmulator: isEmulator,
    source: sourceOf(variables, isEmulator, connection),
  };
}

function endpointOf(variables: Variables, isEmulator: boolean, account: string | undefined): string | undefined {
  if (isEmulator) return variables.get('emulatorUrl');
  if (variables.isOn('useFabric') && variables.get('endpointUrl') === undefined)
    return `https://${account}.blob.fabric.microsoft.com`;
  return variables.get('endpointUrl');
}

/** The ways to credentials by the names of `AZURE_CREDENTIAL_TYPE`, in the order in which `object_store` tries them. */
const ways: Readonly<
  Record<string, { readonly needs: readonly Variable[]; source(variables: Variables): AzureSource }>
> = {
  bearer_token: {
    needs: ['token'],
    source: (v) => fixedSource({ bearerToken: v.need('token') }, v.nameOf('token')),
  },
  access_key: {
    needs: ['accountKey'],
    source: (v) => fixedSource({ accountKey: v.need('accountKey') }, v.nameOf('accountKey')),
  },
  workload_identity: {
    needs: ['clientId', 'tenantId', 'federatedTokenFile'],
    source: (v) =>
      v.tokens(
        workloadIdentity(v.need('tenantId'), v.need('clientId'), v.need('federatedTokenFile'), v.get('authorityHost')),
      ),
  },
  client_secret: {
    needs: ['clientId', 'clientSecret', 'tenantId'],
    source: (v) =>
      v.tokens(clientSecret(v.need('tenantId'), v.need('clientId'), v.need('clientSecret'), v.get('authorityHost'))),
  },
  sas_token: {
    needs: ['sasToken'],
    source: (v) => fixedSource({ sasToken: v.need('sasToken') }, v.nameOf('sasToken')),
  },
  azure_cli: { needs: ['useAzureCli'], source: (v) => v.tokens(azureCli()) },
  managed_identity: { needs: ['managedIdentityEndpoint'], source: managedIdentityOf },
};

function needsConnectionString(
  variables: Variables,
  useEmulator: boolean,
): ReturnType<typeof parseConnectionString> | undefined {
  const text = variables.get('connectionString');
  const isDecided = useEmulator || variables.isOn('skipSignature') || variables.get('credentialType') !== undefined;
  if (text === undefined || isDecided || wayOf(variables, useEmulator) !== undefined) return undefined;
  return parseConnectionString(text, variables.nameOf('connectionString'));
}

function sourceOf(
  variables: Variables,
  isEmulator: boolean,
  connection: ReturnType<typeof parseConnectionString> | undefined,
): AzureSource {
  if (variables.isOn('skipSignature')) return fixedSource({ anonymous: true }, variables.nameOf('skipSignature'));
  const type = variables.get('credentialType');
  if (type !== undefined && type !== 'auto') return wayNamed(type, variables);
  const { accountKey, sasToken } = connection ?? {};
  const name = variables.nameOf('connectionString');
  if (accountKey !== undefined) return fixedSource({ accountKey }, `AccountKey of ${name}`);
  if (sasToken !== undefined) return fixedSource({ sasToken }, `SharedAccessSignature of ${name}`);
  const way = wayOf(variables, isEmulator);
  if (way !== undefined) return wayNamed(way, variables);
  if (isEmulator) return fixedSource({ accountKey: EMULATOR_KEY }, 'the key of the emulator');
  return variables.tokens(
    defaultChain(
      { clientId: variables.get('clientId'), resourceId: variables.get('resourceId') },
      variables.get('authorityHost'),
    ),
  );
}

// Azurite knows nobody of Entra, so that only what is made for it counts there.
const emulatorWays: readonly string[] = ['bearer_token', 'access_key', 'sas_token'];

function wayOf(variables: Variables, isEmulator: boolean): string | undefined {
  const isComplete = (variable: Variable): boolean =>
    variable === 'useAzureCli' ? variables.isOn(variable) : variables.get(variable) !== undefined;
  const names = isEmulator ? emulatorWays : Object.keys(ways);
  return names.find((name) => ways[name]?.needs.every(isComplete));
}

function wayNamed(name: string, variables: Variables): AzureSource {
  const way = Object.hasOwn(ways, name) ? ways[name] : undefined;
  if (way) return way.source(variables);
  throw invalid(`${variables.nameOf('credentialType')} takes one of auto, ${Object.keys(ways).join(', ')}`);
}

function managedIdentityOf(variables: Variables): AzureSource {
  const [clientId, objectId, resourceId] = [
    variables.get('clientId'),
    variables.get('objectId'),
    variables.get('resourceId'),
  ];
  const endpoint = variables.get('managedIdentityEndpoint');
  if (endpoint === undefined) return variables.tokens(managedIdentity({ clientId, objectId, resourceId }));
  if (!URL.canParse(endpoint))
    throw invalid(`${variables.nameOf('managedIdentityEndpoint')} takes the address of an endpoint`);
  const identity = { clientId, objectId, resourceId };
  return variables.tokens(() => managedIdentityAt(endpoint, identity, variables.raw('IDENTITY_HEADER')));
}

class Variables {
  readonly #env: Environment;

  constructor(env: Environment) {
    this.#env = env;
  }

  /** One that is empty counts as not set. */
  raw(name: string): string | undefined {
    return this.#env[name] || undefined;
  }

  get(variable: Variable): string | undefined {
    return this.raw(this.nameOf(variable));
  }

  need(variable: Variable): string {
    const value = this.get(variable);
    if (value === undefined) throw invalid(`${names[variable][0]} is missing`);
    return value;
  }

  /** The name under which it is set, for errors; the first of its names where it is not. */
  nameOf(variable: Variable): string {
    return names[variable].find((name) => this.raw(name) !== undefined) ?? names[variable][0];
  }

  /** In the words that `object_store` takes. */
  isOn(variable: Variable): boolean {
    const value = this.get(variable)?.toLowerCase();
    if (value === undefined || ['0', 'false', 'off', 'no', 'n'].includes(value)) return false;
    if (['1', 'true', 'on', 'yes', 'y'].includes(value)) return true;
    throw invalid(`${this.nameOf(variable)} takes true or false`);
  }

  tokens(load: Parameters<typeof tokenSource>[0]): AzureSource {
    return tokenSource(load, 'fromEnv');
  }
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
