import type { KeyMapping } from './client.ts';
import { StorageError } from './errors.ts';
import { pathFault, textFault } from './key.ts';
import { decodeSegment, encodeSegment } from './percent-codec.ts';

/** A mapping that knows its layout without asking the provider. */
export interface SyncKeyMapping extends KeyMapping {
  toKey(path: string): string;
  toKeyPrefix(path: string): string;
}

/**
 * Keys as Icechunk's clients write them to S3 and its kin: `prefix/path`, byte for byte.
 *
 * @param prefix One trailing `/` is dropped, no more; a leading `/` is part of the key. Empty is the bucket's root.
 * @throws {@link StorageError} `invalid_options` where the prefix has a `.` or `..` segment, a control character or a lone
 * surrogate.
 */
export function rawKeys(prefix = ''): SyncKeyMapping {
  checkStoragePrefix(prefix);
  const root = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return keysUnder(root, {
    encode: (path) => path,
    decode: (name) => (pathFault(name) === undefined ? name : undefined),
  });
}

/**
 * Keys as Icechunk's clients write them to Google Cloud Storage, Azure and file systems: each segment of prefix and path
 * percent-encoded as the Rust crate `object_store` does.
 *
 * @param prefix Empty segments are dropped, so that `/a//b/` is `a/b`. Empty is the root.
 * @throws {@link StorageError} `invalid_options` where the prefix has a `.` or `..` segment, a control character or a lone
 * surrogate.
 */
export function objectStoreKeys(prefix = ''): SyncKeyMapping {
  checkStoragePrefix(prefix);
  const root = prefix.split('/').filter(Boolean).map(encodeSegment).join('/');
  return keysUnder(root, { encode: (path) => path.split('/').map(encodeSegment).join('/'), decode: decodePath });
}

interface PathCodec {
  encode(path: string): string;
  decode(name: string): string | undefined;
}

function keysUnder(root: string, codec: PathCodec): SyncKeyMapping {
  const base = root === '' ? '' : `${root}/`;
  return {
    toKey: (path) => base + codec.encode(path),
    toKeyPrefix: (path) => (path === '' ? base : `${base}${codec.encode(path)}/`),
    toPath: (key) => (key.startsWith(base) ? codec.decode(key.slice(base.length)) : undefined),
  };
}

function decodePath(name: string): string | undefined {
  const segments: string[] = [];
  for (const part of name.split('/')) {
    const segment = decodeSegment(part);
    if (segment === undefined) return undefined;
    segments.push(segment);
  }
  return segments.join('/');
}

function checkStoragePrefix(prefix: string): void {
  const fault = storagePrefixFault(prefix);
  if (fault !== undefined) throw new StorageError({ kind: 'invalid_options', message: `prefix ${fault}` });
}

function storagePrefixFault(prefix: string): string | undefined {
  if (typeof prefix !== 'string') return 'must be a string';
  const dots = prefix.split('/').find((segment) => segment === '.' || segment === '..');
  return dots === undefined ? textFault(prefix) : `must not have the segment "${dots}"`;
}
