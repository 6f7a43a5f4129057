import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';

/** A process in the middle of a write, until it is told to end. */
const connection = new DatabaseSync(process.argv[2] ?? '');
connection.exec('PRAGMA journal_mode = WAL; BEGIN IMMEDIATE');
process.send?.('writing');
await once(process, 'message');
connection.exec('COMMIT');
connection.close();
process.disconnect();
