import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Storage } from '@icechunk/storage-core';
import { localFilesystemStorage } from '@icechunk/storage-fs';
import { inMemoryStorage } from '@icechunk/storage-memory';

/** Fails where two values differ in what JSON says of them. */
function equal(what: string, got: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a}, expected ${b}`);
}

/** What an Icechunk commit asks of a storage: conditional writes, a ranged read, a listing, deletes. */
async function roundTrip(storage: Storage): Promise<void> {
  const first = new TextEncoder().encode('first');
  const created = await storage.putObject('refs/a b', first, { condition: { kind: 'create' } });
  if (created.kind !== 'updated') throw new Error('a first create was refused');
  const again = await storage.putObject('refs/a b', first, { condition: { kind: 'create' } });
  equal('a second create', again.kind, 'not_on_latest_version');

  const second = new TextEncoder().encode('the second');
  const condition = { kind: 'update', version: created.newVersion } as const;
  equal('an update', (await storage.putObject('refs/a b', second, { condition })).kind, 'updated');
  equal('an update of an old version', (await storage.putObject('refs/a b', first, { condition })).kind, again.kind);

  const object = await storage.getObject('refs/a b', { range: { start: 4, end: 99 } });
  equal('a range', new TextDecoder().decode(await object.bytes()), 'second');
  const unchanged = await storage.getObjectConditional('refs/a b', object.version);
  equal('a conditional get', unchanged.kind, 'on_latest_version');

  await storage.putObject('refs/c', first);
  const listed = [];
  for await (const entry of storage.listObjects('refs')) listed.push({ id: entry.id, sizeBytes: entry.sizeBytes });
  equal('a listing', listed.map(({ id }) => id).sort(), ['a b', 'c']);
  equal('a delete', (await storage.deleteObjects('refs', listed)).deletedObjects, 2);
  equal('clean after all', await storage.rootIsClean(), true);
  await storage.close();
}

const folder = await mkdtemp(join(tmpdir(), 'icechunk-runtime-'));
try {
  await roundTrip(inMemoryStorage());
  await roundTrip(localFilesystemStorage(join(folder, 'repository')));
  console.log('round trip done');
} finally {
  await rm(folder, { recursive: true });
}
