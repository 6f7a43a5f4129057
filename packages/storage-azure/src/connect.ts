import type { ContainerClient } from '@azure/storage-blob';
import { type ResolvedSettings, StorageError, type StorageInfo } from '@icechunk/storage-core';
import { Connections } from './agents.ts';
import { Authoriser } from './authoriser.ts';
import { placeOf } from './container-place.ts';
import { copySourceOf, copySourceOfClient } from './copy-source.ts';
import { type AzureSource, callbackSource, fixedSource, tokenSource } from './credentials.ts';
import { DirectWire } from './direct-wire.ts';
import { addressOfAccount, EMULATOR_KEY, type Place, type Service, serviceOf } from './endpoints.ts';
import { fromEnvironment } from './environment.ts';
import type { AzureCredentialFormName, CheckedOptions } from './options.ts';
import { serviceWith } from './pipeline.ts';
import type { AzureTarget } from './target.ts';

/**
 * What a client talks to: nothing is sent yet, and nothing asked for credentials.
 *
 * @param options As checked, with the form that the check found.
 * @throws {@link StorageError} `invalid_options`, naming the field.
 */
export function connectAzure(
  options: CheckedOptions,
  form: AzureCredentialFormName,
  settings: ResolvedSettings,
): AzureTarget {
  if (form === 'client') return callersTarget(options.client as ContainerClient, options.prefix ?? '');
  const { place, source } = whereAndWith(options, form);
  const service = serviceOf(place);
  if (tokenForms.includes(form) && !service.url.startsWith('https:'))
    throw new StorageError({
      kind: 'invalid_options',
      message: `${form} is not sent over plain http: endpointUrl takes https`,
    });
  return ownTarget(service, options, new Authoriser(service.account, source), settings);
}

const tokenForms: readonly string[] = ['bearerToken', 'accessToken', 'credential'];

function whereAndWith(
  options: CheckedOptions,
  form: AzureCredentialFormName,
): { readonly place: Place; readonly source: AzureSource } {
  if (form !== 'fromEnv') return { place: options, source: sourceOf(options, form) };
  const env = (globalThis.process as NodeJS.Process | undefined)?.env ?? {};
  const { source, ...found } = fromEnvironment(env, options);
  return { place: { ...found, container: options.container }, source };
}

function sourceOf(options: CheckedOptions, form: AzureCredentialFormName): AzureSource {
  const { accountKey, sasToken, bearerToken, accessToken, getCredentials, credential } = options;
  if (accountKey !== undefined) return fixedSource({ accountKey }, 'accountKey');
  if (sasToken !== undefined) return fixedSource({ sasToken }, 'sasToken');
  if (bearerToken !== undefined) return fixedSource({ bearerToken }, 'bearerToken');
  if (accessToken !== undefined) return fixedSource({ bearerToken: accessToken }, 'accessToken');
  if (getCredentials !== undefined) return callbackSource(getCredentials);
  if (credential !== undefined) return tokenSource(() => credential, 'credential');
  return fixedSource(form === 'emulator' ? { accountKey: EMULATOR_KEY } : { anonymous: true }, form);
}

function ownTarget(
  { account, url }: Service,
  { container: name, prefix = '' }: CheckedOptions,
  authoriser: Authoriser,
  settings: ResolvedSettings,
): AzureTarget {
  const connections = new Connections(new URL(url).protocol, settings.timeouts);
  // Icechunk retries for every backend alike, and Azure's blobs redirect nobody: a redirect would take the credentials elsewhere.
  const options = {
    retryOptions: { maxTries: 1 },
    redirectOptions: { maxRetries: 0 },
    userAgentOptions: { userAgentPrefix: 'icechunk-storage-azure' },
  };
  const service = serviceWith(url, options, [authoriser, connections]);
  const container = service.getContainerClient(name);
  const sender = service.sender();
  return {
    container,
    wire: sender && new DirectWire(container.url, sender),
    info: infoOf(account, name, prefix, url),
    prefix,
    copySource: copySourceOf(authoriser, container, name),
    refresh: authoriser.refresh,
    isCallersClient: false,
    close: () => connections.close(),
  };
}

function callersTarget(container: ContainerClient, prefix: string): AzureTarget {
  const { name, serviceUrl } = placeOf(container);
  return {
    container,
    info: infoOf(container.accountName, name, prefix, serviceUrl),
    prefix,
    copySource: copySourceOfClient(container),
    isCallersClient: true,
    close: () => {},
  };
}

function infoOf(account: string, container: string, prefix: string, serviceUrl: string): StorageInfo {
  const fields = {
    account,
    container,
    ...(prefix !== '' && { prefix }),
    ...(serviceUrl !== addressOfAccount(account) && { endpointUrl: serviceUrl }),
  };
  return { backend: 'Azure', fields };
}
