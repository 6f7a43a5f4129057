import { readCounter } from './counter.ts';
import { runJob } from './parent.ts';

await runJob(async ({ path }, parent) => {
  const { lines } = await readCounter(await parent.openStorage(), path);
  await parent.tell({ answer: lines });
});
