import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { sqliteStorage } from '../src/index.ts';
import { freshDatabase } from './folder.ts';

const PROCESSES = 6;
const INCREMENTS = 40;

it(`counts every increment of ${PROCESSES} processes on one object`, async () => {
  const path = freshDatabase();
  const counters = Array.from({ length: PROCESSES }, () =>
    fork(new URL('./counter.ts', import.meta.url), [path, String(INCREMENTS)]),
  );
  const ends = await Promise.all(counters.map((counter) => once(counter, 'exit')));
  assert.deepEqual(
    ends.map(([code]) => code),
    counters.map(() => 0),
  );
  const storage = sqliteStorage(path);
  const bytes = await (await storage.getObject('counter')).bytes();
  assert.equal(new TextDecoder().decode(bytes), String(PROCESSES * INCREMENTS));
  await storage.close();
});

it('waits for a writer of another process, and gives up with unavailable', async () => {
  const path = freshDatabase();
  const holder = fork(new URL('./lock-holder.ts', import.meta.url), [path]);
  await once(holder, 'message');
  const impatient = sqliteStorage(path, { settings: { retries: { maxTries: 2, initialBackoffMs: 1 } } });
  await assert.rejects(impatient.putObject('a', new Uint8Array(1)), { kind: 'unavailable', attempts: 2 });
  const tries: number[] = [];
  const patient = sqliteStorage(path, {
    onEvent: (event) => {
      // The writer ends once this one has been refused.
      if (event.kind === 'retry' && tries.push(event.attempt) === 1) holder.send('end');
    },
  });
  assert.equal((await patient.putObject('a', new Uint8Array(1))).kind, 'updated');
  assert.ok(tries.length > 0);
  assert.equal((await once(holder, 'exit'))[0], 0);
  await Promise.all([impatient.close(), patient.close()]);
});
