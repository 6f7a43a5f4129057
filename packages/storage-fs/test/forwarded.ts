import type { ByteRange, DeleteItem, ListInfo, StorageSettings, VersionInfo } from '@icechunk/storage-core';

/** What a second process is told to open. */
export interface SecondOptions {
  readonly root: string;
  /** The storage is taken below these, one after the other. */
  readonly prefixes: readonly string[];
  readonly settings: StorageSettings;
  readonly readOnly: boolean;
}

/** The methods that a second process answers. A listing comes whole, and what it deletes goes whole. */
export type ForwardedMethod =
  | 'canWrite'
  | 'canCreateRepository'
  | 'rootIsClean'
  | 'getObject'
  | 'getObjectConditional'
  | 'putObject'
  | 'copyObject'
  | 'listObjects'
  | 'deleteObjects'
  | 'getObjectLastModified'
  | 'close';

/** A call on its way to a second process. */
export interface ForwardedCall {
  readonly id: number;
  readonly method: ForwardedMethod;
  readonly args: readonly unknown[];
}

/** What became of it: a value, or an error as plain data. */
export type ForwardedAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: Record<string, unknown> };

/** An object with its bytes, read to their end in the other process. */
export interface ForwardedObject {
  readonly version: VersionInfo;
  readonly sizeBytes: number;
  readonly range: ByteRange;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Everything that comes, in order. */
export async function gathered<T extends ListInfo | DeleteItem>(items: Iterable<T> | AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
