import { StorageError } from '@icechunk/storage-core';

/** What a connection string says of the blob service. */
export interface ConnectionString {
  readonly useEmulator: boolean;
  readonly account?: string | undefined;
  readonly endpointUrl?: string | undefined;
  readonly accountKey?: string | undefined;
  readonly sasToken?: string | undefined;
}

/**
 * Reads a connection string of the Azure tools.
 *
 * @param name What errors call it. None of its values stands in an error.
 * @throws {@link StorageError} `invalid_options`.
 * @see https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string (seen 2026-11)
 */
export function parseConnectionString(text: string, name: string): ConnectionString {
  const fields = fieldsOf(text, name);
  if (fields.get('usedevelopmentstorage')?.toLowerCase() === 'true') return { useEmulator: true };
  const account = fields.get('accountname') ?? accountOf(fields.get('blobendpoint'));
  const endpointUrl = fields.get('blobendpoint') ?? defaultEndpoint(account, fields);
  const accountKey = fields.get('accountkey');
  const sasToken = fields.get('sharedaccesssignature');
  if (endpointUrl === undefined) throw invalid(`${name} has neither AccountName nor BlobEndpoint`);
  if (accountKey === undefined && sasToken === undefined)
    throw invalid(`${name} has neither AccountKey nor SharedAccessSignature`);
  return { useEmulator: false, account, endpointUrl, accountKey, sasToken };
}

// The portal's connection strings with a signature name the account in the address alone.
function accountOf(endpointUrl: string | undefined): string | undefined {
  return /^https?:\/\/([a-z0-9]{3,24})\.blob\./.exec(endpointUrl ?? '')?.[1];
}

function defaultEndpoint(account: string | undefined, fields: ReadonlyMap<string, string>): string | undefined {
  if (account === undefined) return undefined;
  const protocol = fields.get('defaultendpointsprotocol') ?? 'https';
  return `${protocol}://${account}.blob.${fields.get('endpointsuffix') ?? 'core.windows.net'}`;
}

// Only the first = of a field divides it: keys and signatures end in more of them.
function fieldsOf(text: string, name: string): ReadonlyMap<string, string> {
  const parts = text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (parts.some((part) => part.indexOf('=') < 1))
    throw invalid(`${name} takes fields such as AccountName=…;AccountKey=…`);
  return new Map(
    parts.map((part) => [part.slice(0, part.indexOf('=')).toLowerCase(), part.slice(part.indexOf('=') + 1)]),
  );
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
