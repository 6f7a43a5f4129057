import { checkEndpointUrl, StorageError } from '@icechunk/storage-core';

/** The account that Azurite has without being told (https://learn.microsoft.com/azure/storage/common/storage-use-azurite, seen 2026-11). */
const EMULATOR_ACCOUNT = 'devstoreaccount1';

/** The key of {@link EMULATOR_ACCOUNT}, which is the same everywhere and no secret. */
export const EMULATOR_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const EMULATOR_URL = 'http://127.0.0.1:10000';

/** Where a container is. */
export interface Place {
  readonly account?: string | undefined;
  readonly container: string;
  readonly endpointUrl?: string | undefined;
  readonly allowHttp?: boolean | undefined;
  readonly useEmulator?: boolean | undefined;
}

/** An account by name, and the address of its blob service without a `/` at its end. */
export interface Service {
  readonly account: string;
  readonly url: string;
}

/**
 * The blob service that a place is in. A name is only held against Azure's rules where it becomes part of Azure's address: emulators and
 * private clouds name accounts as they like.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field.
 */
export function serviceOf({ account, container, endpointUrl, allowHttp, useEmulator }: Place): Service {
  checkContainer(container);
  if (useEmulator) return emulator(account ?? EMULATOR_ACCOUNT, endpointUrl ?? EMULATOR_URL);
  if (account === undefined) throw invalid('account is missing: it takes the name of a storage account');
  if (endpointUrl !== undefined) return { account, url: addressOf(checkEndpointUrl(endpointUrl, { allowHttp })) };
  if (!/^[a-z0-9]{3,24}$/.test(account))
    throw invalid(
      'account takes a name of 3 to 24 lower-case letters and digits, the first part of <account>.blob.core.windows.net',
    );
  return { account, url: addressOfAccount(account) };
}

/** Where Azure's public cloud has the blob service of an account. */
export function addressOfAccount(account: string): string {
  return `https://${account}.blob.core.windows.net`;
}

// Azurite's addresses begin with the account: http://127.0.0.1:10000/devstoreaccount1.
function emulator(account: string, endpointUrl: string): Service {
  const url = checkEndpointUrl(endpointUrl, { allowHttp: true });
  return { account, url: url.pathname === '/' ? `${url.origin}/${encodeURIComponent(account)}` : addressOf(url) };
}

function addressOf(url: URL): string {
  return url.href.replace(/\/+$/, '');
}

/**
 * The rules of Azure, but for its containers with a `$`: `$web` is one like any other, `$root` takes no name with a `/`, and what is in
 * the others is Azure's own.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata (seen 2026-11)
 */
function checkContainer(container: string): void {
  if (container === '$web') return;
  if (container.startsWith('$'))
    throw invalid('container must not begin with $: only $web holds objects of users under any name');
  if (container.length < 3 || container.length > 63 || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(container))
    throw invalid('container takes a name of 3 to 63 lower-case letters, digits and single hyphens between them');
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
