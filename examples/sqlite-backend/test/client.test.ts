import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { it } from 'node:test';
import { SqliteClient } from '../src/client.ts';
import { Database } from '../src/database.ts';
import { sqliteStorage } from '../src/index.ts';
import { freshDatabase } from './folder.ts';

it('reads the blocks that a range touches, and no others', async () => {
  const client = new SqliteClient(new Database(freshDatabase(), false), '');
  const bytes = Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 251);
  await client.put({ key: 'large', data: bytes });
  const answer = await client.get({ key: 'large', range: { start: 600_000, end: 600_010 } });
  assert.ok(answer.kind === 'found');
  assert.deepEqual(answer.range, { start: 524_288, end: 786_432 });
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer.body) chunks.push(chunk);
  assert.deepEqual(Buffer.concat(chunks), Buffer.from(bytes.subarray(524_288, 786_432)));
  await client.close();
});

it('does no I/O before the first operation, and keeps prefixes apart in one file', async () => {
  const path = freshDatabase();
  const [one, other] = [sqliteStorage(path, { prefix: 'a' }), sqliteStorage(path, { prefix: 'a0' })];
  await assert.rejects(stat(path), { code: 'ENOENT' });
  await one.putObject('x', new Uint8Array(1));
  assert.equal(await one.rootIsClean(), false);
  assert.equal(await other.rootIsClean(), true);
  await Promise.all([one.close(), other.close()]);
});

it('leaves no block of what was replaced or deleted', async () => {
  const path = freshDatabase();
  const client = new SqliteClient(new Database(path, true), '');
  for (const size of [600_000, 300_000]) await client.put({ key: 'a', data: new Uint8Array(size) });
  await client.copy({ fromKey: 'a', toKey: 'b' });
  await client.copy({ fromKey: 'a', toKey: 'a' });
  await client.delete(['b']);
  const [row] = new Database(path, false).read((open) => open.prepare('SELECT count(*) AS blocks FROM blocks').all());
  assert.equal(row?.['blocks'], 2);
  await client.close();
});

it('says what is wrong with a file, and retries none of it', async () => {
  const path = freshDatabase();
  await writeFile(
    path,
    'this is a text and no database, long enough for a header of a hundred bytes, or so it is hoped, is it?',
  );
  await assert.rejects(sqliteStorage(path).putObject('a', new Uint8Array(1)), { kind: 'bad_response', retry: 'no' });
  const nowhere = sqliteStorage(join(path, '..', 'no', 'folder.db'));
  await assert.rejects(nowhere.getObject('a'), { kind: 'unavailable', retry: 'no', path: 'a', backend: 'SQLite' });
});
