import {
  createStorage,
  type EventListener,
  localDefaults,
  type ResolvedSettings,
  type Storage,
  type StorageClient,
  type StorageSettings,
} from '@icechunk/storage-core';
import { SqliteClient } from './client.ts';
import { Database } from './database.ts';

/** Options of {@link sqliteStorage}. */
export interface SqliteStorageOptions {
  /** What the keys of all objects begin with; default: nothing. */
  readonly prefix?: string;
  /** `true` waits for the disk at each write: without it the last writes before a power failure can be gone. Default `false`. */
  readonly durable?: boolean;
  /** Laid over {@link sqliteDefaults}. */
  readonly settings?: StorageSettings;
  readonly onEvent?: EventListener;
  /** `true` makes every write reject with `read_only`. */
  readonly readOnly?: boolean;
  /** Stands between core and the client: for the conformance suite's faults. */
  readonly wrap?: (client: StorageClient) => StorageClient;
}

/** No splitting and no parts, as on any disk; but where another process is writing, some patience. */
export const sqliteDefaults: ResolvedSettings = {
  ...localDefaults,
  retries: { maxTries: 20, initialBackoffMs: 5, maxBackoffMs: 500 },
};

/**
 * A storage in one file, which any number of processes of this machine may use at once.
 *
 * @param path The database file, made by the first operation. Its folder must be there, on a local disk.
 * @returns A storage that has done no I/O yet.
 * @throws {@link StorageError} `invalid_options`, naming the field and what it takes.
 * @see https://www.sqlite.org/wal.html (seen 2026-11)
 */
export function sqliteStorage(path: string, options: SqliteStorageOptions = {}): Storage {
  const { prefix = '', durable = false, wrap = (client) => client, ...rest } = options;
  const client = new SqliteClient(new Database(path, durable), prefix);
  return createStorage(wrap(client), { defaults: sqliteDefaults, ...rest });
}
