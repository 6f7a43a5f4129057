import { runJob } from '../../src/parent.ts';

/** Does as the path of its job says. */
await runJob(async ({ worker, path }, parent) => {
  for (let count = 0; !parent.stopped; count++) {
    const name = `${worker}-${count}`;
    if (path === 'fail early') await parent.tell({ kind: 'failed', name, stage: 'write', reason: 'no', events: {} });
    if (path === 'fail early') continue;
    await parent.tell({ kind: 'trying', name });
    if (path === 'throw') throw new Error('thrown on purpose');
    if (path === 'hang') await new Promise(() => setInterval(() => {}, 60_000));
    if (path === 'fail')
      await parent.tell({ kind: 'failed', name, stage: 'commit', reason: 'no', events: { retry: 2 } });
    else await parent.tell({ kind: 'acknowledged', name, lostRaces: 0, events: { retry: 1 } });
  }
});
