import type { ObjectAttributes, StorageClient } from './client.ts';
import { StorageError } from './errors.ts';
import { OLD_WRITE_ID, WRITE_ID } from './readback.ts';
import type { ResolvedSettings } from './settings.ts';

// RFC 9110, 5.6.2: metadata travels as header names, which are tokens (seen 2026-11).
const headerToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const printableAscii = /^[\x20-\x7e]*$/;
const reservedNames: ReadonlySet<string> = new Set([WRITE_ID, OLD_WRITE_ID]);

/**
 * Refuses what some provider would change or drop in silence: names that are no header tokens, or equal but for case,
 * and values that are not printable ASCII or that begin or end with a space.
 */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  const seen = new Set<string>();
  for (const [name, value] of Object.entries(metadata)) {
    const lower = name.toLowerCase();
    if (!headerToken.test(name)) throw invalid(`metadata name ${JSON.stringify(name)} takes an HTTP token in ASCII`);
    if (reservedNames.has(lower))
      throw invalid(`metadata name ${JSON.stringify(name)} is used to recover lost responses`);
    if (seen.has(lower)) throw invalid(`metadata name ${JSON.stringify(name)} is given twice, but for case`);
    if (typeof value !== 'string' || !printableAscii.test(value) || value.trim() !== value) {
      throw invalid(`metadata value of ${JSON.stringify(name)} takes printable ASCII without spaces at its ends`);
    }
    seen.add(lower);
  }
}

/** Refuses a content type that could not be sent as a header. */
export function checkContentType(contentType: string): void {
  if (typeof contentType !== 'string' || contentType === '' || !printableAscii.test(contentType)) {
    throw invalid('contentType takes printable ASCII');
  }
}

/** The user's own metadata: names in lower case, without the entries that recover lost responses. */
export function userMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  const own = Object.entries(metadata).filter(([name]) => !reservedNames.has(name.toLowerCase()));
  return Object.fromEntries(own.map(([name, value]) => [name.toLowerCase(), value]));
}

const chunkFolders: readonly string[] = ['chunks'];
const metadataFolders: readonly string[] = ['manifests', 'snapshots', 'transactions'];

/**
 * The class in which an object is stored, by the folders of Icechunk's layout. `repo`, `config.yaml`, `refs/` and
 * `overwritten/` are small and always in use: they get `storageClass` and nothing more special.
 *
 * @param path Begins with such a folder, or lies in one: below a prefix of `withPrefix`, where a repository may be, too.
 */
function storageClassOf(path: string, settings: ResolvedSettings): string | undefined {
  const { storageClass, chunksStorageClass, metadataStorageClass } = settings;
  if (isUnder(chunkFolders, path)) return chunksStorageClass ?? storageClass;
  if (isUnder(metadataFolders, path)) return metadataStorageClass ?? storageClass;
  return storageClass;
}

function isUnder(folders: readonly string[], path: string): boolean {
  const segments = path.split('/').slice(0, -1);
  return [segments[0], segments.at(-1)].some((segment) => segment !== undefined && folders.includes(segment));
}

/** What of the wanted attributes this backend stores under these settings; the rest is left out. */
export function storedAttributes(
  wanted: Pick<ObjectAttributes, 'contentType' | 'metadata'>,
  path: string,
  client: StorageClient,
  settings: ResolvedSettings,
): ObjectAttributes {
  const keepsMetadata = settings.unsafeUseMetadata && client.capabilities.userMetadata;
  const storageClass = client.capabilities.storageClasses ? storageClassOf(path, settings) : undefined;
  return {
    ...(keepsMetadata && wanted.contentType !== undefined && { contentType: wanted.contentType }),
    ...(keepsMetadata && wanted.metadata !== undefined && { metadata: userMetadata(wanted.metadata) }),
    ...(storageClass !== undefined && { storageClass }),
  };
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
