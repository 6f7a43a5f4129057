import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** The path of a database that is not there yet, in a folder that is gone after the tests. */
export function freshDatabase(): string {
  const folder = mkdtempSync(join(tmpdir(), 'icechunk-sqlite-'));
  after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'objects.db');
}
