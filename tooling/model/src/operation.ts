import type { ByteRange, DeleteItem } from '@icechunk/storage-core';

/** What a put writes, and where. */
interface Written {
  readonly key: string;
  readonly text: string;
  readonly contentType?: string;
}

/** One call of a storage, as drawn: `Version` says which version it is about, before or after that was looked up. */
export type Operation<Version> =
  | ({ readonly verb: 'put' } & Written)
  | ({ readonly verb: 'create' } & Written)
  | ({ readonly verb: 'update'; readonly version: Version } & Written)
  | { readonly verb: 'get'; readonly key: string; readonly range?: ByteRange }
  | { readonly verb: 'getConditional'; readonly key: string; readonly version?: Version }
  | { readonly verb: 'copy'; readonly from: string; readonly to: string; readonly version?: Version }
  | { readonly verb: 'delete'; readonly prefix: string; readonly items: readonly DeleteItem[] }
  | { readonly verb: 'list'; readonly prefix: string }
  | { readonly verb: 'lastModified'; readonly key: string };

/**
 * The operation with its version looked up; undefined where there is no such version (yet).
 *
 * @param find Is given the version and the key that it is compared with.
 */
export function withVersion<Drawn, Found>(
  operation: Operation<Drawn>,
  find: (version: Drawn, key: string) => Found | undefined,
): Operation<Found> | undefined {
  if (!('version' in operation) || operation.version === undefined) return operation as Operation<never>;
  const key = operation.verb === 'copy' ? operation.from : operation.key;
  const version = find(operation.version, key);
  return version === undefined ? undefined : { ...operation, version };
}

/** The key that an operation may write: a put's own, a copy's target. */
export function targetOf(operation: Operation<unknown>): string | undefined {
  if (operation.verb === 'copy') return operation.to;
  return operation.verb === 'put' || operation.verb === 'create' || operation.verb === 'update'
    ? operation.key
    : undefined;
}

/** A path below a prefix, which may be empty and may end in `/`. */
export function below(prefix: string, id: string): string {
  const root = rootOf(prefix);
  return root === '' ? id : `${root}/${id}`;
}

/** What a listing of the prefix calls the key; undefined where it does not list it. */
export function idBelow(prefix: string, key: string): string | undefined {
  const root = rootOf(prefix);
  if (root === '') return key;
  return key.startsWith(`${root}/`) ? key.slice(root.length + 1) : undefined;
}

function rootOf(prefix: string): string {
  return prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
}
