import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { ListedObject, ObjectHead, VersionInfo } from '@icechunk/storage-core';

/** How many bytes of an object lie in one row: a range reads the blocks that it touches. */
export const BLOCK_BYTES: number = 256 * 1024;

/** What is written of an object beside its bytes. */
export interface NewObject extends Pick<ObjectHead, 'version' | 'sizeBytes'> {
  readonly contentType?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** A version that no object ever had, also where the database is deleted or put back from a backup. */
export function newVersion(): VersionInfo {
  return { etag: `"${randomUUID()}"` };
}

/** What is known of the object under a key; undefined where there is none. */
export function findObject(connection: DatabaseSync, key: string): ObjectHead | undefined {
  const row = connection.prepare('SELECT * FROM objects WHERE key = ?').get(key);
  if (!row) return undefined;
  const type = row['content_type'];
  return {
    version: { etag: String(row['version']) },
    sizeBytes: Number(row['size_bytes']),
    lastModified: new Date(Number(row['written_ms'])),
    ...(typeof type === 'string' && { contentType: type }),
    metadata: JSON.parse(String(row['metadata'])) as Record<string, string>,
  };
}

/** Puts an object, whose blocks are there already, in the place of what is under the key. */
export function replaceObject(connection: DatabaseSync, key: string, object: NewObject): void {
  const { version, sizeBytes, contentType = null, metadata = {} } = object;
  deleteObject(connection, key);
  connection
    .prepare('INSERT INTO objects VALUES (?, ?, ?, ?, ?, ?)')
    .run(key, idOf(version), sizeBytes, Date.now(), contentType, JSON.stringify(metadata));
}

/** Removes an object and its blocks; one that is absent is no error. */
export function deleteObject(connection: DatabaseSync, key: string): void {
  connection.prepare('DELETE FROM objects WHERE key = ?').run(key);
}

/** At most `limit` objects whose keys begin with the prefix and come after `after`, in the byte order of UTF-8. */
export function listObjects(
  connection: DatabaseSync,
  keyPrefix: string,
  after: string | undefined,
  limit: number,
): ListedObject[] {
  return connection
    .prepare('SELECT key, size_bytes, written_ms FROM objects WHERE key > ? AND key < ? ORDER BY key LIMIT ?')
    .all(after ?? keyPrefix, endOf(keyPrefix), limit)
    .map((row) => ({
      key: String(row['key']),
      sizeBytes: Number(row['size_bytes']),
      createdAt: new Date(Number(row['written_ms'])),
    }));
}

/** The blocks of a version from `first` up to `end`, which is not among them. */
export function readBlocks(connection: DatabaseSync, version: VersionInfo, first: number, end: number): Uint8Array[] {
  return connection
    .prepare('SELECT bytes FROM blocks WHERE version = ? AND number >= ? AND number < ? ORDER BY number')
    .all(idOf(version), first, end)
    .map((row) => row['bytes'] as Uint8Array);
}

/** Stores bytes under a version that no object has yet. */
export function writeBlocks(connection: DatabaseSync, version: VersionInfo, data: Uint8Array): void {
  const insert = connection.prepare('INSERT INTO blocks VALUES (?, ?, ?)');
  for (let number = 0; number * BLOCK_BYTES < data.byteLength; number++)
    insert.run(idOf(version), number, data.subarray(number * BLOCK_BYTES, (number + 1) * BLOCK_BYTES));
}

/** Stores the bytes of one version once more under another, without their passing through here. */
export function copyBlocks(connection: DatabaseSync, from: VersionInfo, to: VersionInfo): void {
  connection
    .prepare('INSERT INTO blocks SELECT ?, number, bytes FROM blocks WHERE version = ?')
    .run(idOf(to), idOf(from));
}

function idOf({ etag = '' }: VersionInfo): string {
  return etag;
}

// A prefix ends in "/", and "0" is the character after it. Without a prefix: SQLite orders every text before any blob.
function endOf(keyPrefix: string): string | Uint8Array {
  return keyPrefix === '' ? new Uint8Array(1) : `${keyPrefix.slice(0, -1)}0`;
}
