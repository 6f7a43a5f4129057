import { inspect } from 'node:util';
import type { Storage } from '@icechunk/storage-core';
import { readCounter, withLine } from './counter.ts';
import type { Stage } from './messages.ts';
import { type Parent, runJob } from './parent.ts';

/** One increment after another, until the process is told to stop. */
await runJob(async ({ worker, path }, parent) => {
  const storage = await parent.openStorage();
  for (let count = 0; !parent.stopped; count++) {
    const name = `${worker}-${count}`;
    const outcome = await increment(storage, path, name, parent);
    await parent.tell({ ...outcome, name, events: parent.takeEvents() });
  }
});

async function increment(storage: Storage, path: string, name: string, parent: Parent) {
  let stage: Stage = 'read';
  try {
    for (let lostRaces = 0; ; lostRaces++) {
      stage = 'read';
      const counter = await readCounter(storage, path);
      if (counter.lines.includes(name)) return { kind: 'acknowledged', lostRaces, landedAsConflict: true } as const;
      if (lostRaces === 0) await parent.tell({ kind: 'trying', name });
      stage = 'put';
      const { kind } = await storage.putObject(path, withLine(counter, name), { condition: counter.condition });
      if (kind === 'updated') return { kind: 'acknowledged', lostRaces } as const;
    }
  } catch (error) {
    return { kind: 'failed', stage, reason: inspect(error, { depth: 4 }) } as const;
  }
}
