import { DatabaseSync } from 'node:sqlite';
import { toStorageError } from './errors.ts';

// An object's bytes lie in blocks of their own: SQLite reads a whole value even where only substr() of it is wanted.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS objects (
    key TEXT PRIMARY KEY,
    version TEXT NOT NULL UNIQUE,
    size_bytes INTEGER NOT NULL,
    written_ms INTEGER NOT NULL,
    content_type TEXT,
    metadata TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS blocks (
    version TEXT NOT NULL REFERENCES objects (version) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (version, number)
  ) STRICT;
`;

// While SQLite waits for another process nothing else runs in this one: core's retries, which do not block, are the patience.
const BUSY_MS = 100;

/** One connection to a database file, opened by the first transaction. */
export class Database {
  readonly path: string;
  readonly #durable: boolean;
  #open: DatabaseSync | undefined;

  constructor(path: string, durable: boolean) {
    this.path = path;
    this.#durable = durable;
  }

  /** Runs `work` on one state of the database, which others may go on to change. */
  read<T>(work: (database: DatabaseSync) => T): T {
    return this.#transaction('BEGIN', work);
  }

  /** Runs `work` with the right to write, which one connection of all processes has at a time. All of it lands, or nothing. */
  write<T>(work: (database: DatabaseSync) => T): T {
    return this.#transaction('BEGIN IMMEDIATE', work);
  }

  close(): void {
    this.#open?.close();
    this.#open = undefined;
  }

  #transaction<T>(begin: string, work: (database: DatabaseSync) => T): T {
    try {
      this.#open ??= connect(this.path, this.#durable);
      this.#open.exec(begin);
      const result = work(this.#open);
      this.#open.exec('COMMIT');
      return result;
    } catch (err) {
      if (this.#open?.isTransaction) this.#open.exec('ROLLBACK');
      throw toStorageError(err);
    }
  }
}

function connect(path: string, durable: boolean): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    // Readers and the one writer do not wait for each other.
    database.exec('PRAGMA journal_mode = WAL');
    database.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'NORMAL'}`);
    database.exec(SCHEMA);
    return database;
  } catch (err) {
    database.close();
    throw err;
  }
}
