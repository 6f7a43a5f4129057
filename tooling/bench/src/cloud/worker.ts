import type { CloudContender, CloudResult, CloudTask, OpenContender } from './contender.ts';
import { runTask } from './run-task.ts';

// A process for each contender, so that processor time and memory are its own.
const [module = '', name = '', argument = ''] = process.argv.slice(2);
const { open } = (await import(module)) as { readonly open: OpenContender };
const contender = await open(name, JSON.parse(argument));

process.on('message', (task: CloudTask) => {
  measure(contender, task).then(
    (result) => process.send?.({ result }),
    (error: unknown) =>
      process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function measure(contender: CloudContender, task: CloudTask): Promise<CloudResult> {
  const data = 'sizeBytes' in task ? new Uint8Array(task.sizeBytes).fill(7) : new Uint8Array();
  const before = process.memoryUsage.rss();
  let most = before;
  const sample = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const sampling = setInterval(sample, 5);
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  const operations = await runTask(contender, task, data);
  const wallMicros = Number(process.hrtime.bigint() - start) / 1_000 / operations;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(sampling);
  sample();
  return { wallMicros, cpuMicros: (user + system) / operations, grownBytes: most - before };
}
