import { parseArgs } from 'node:util';
import { asCommand, root } from './command.ts';
import { dryRun } from './dry-run.ts';

/** `pnpm release:dry-run [--quick]`: see docs/releasing.md. */
await asCommand(async () => {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  const started = performance.now();
  const seconds = (): string => ((performance.now() - started) / 1000).toFixed(0).padStart(4);
  await dryRun(root, { quick: values.quick, say: (text) => console.log(`${seconds()} s  ${text}`) });
  console.log(`${seconds()} s  rehearsed; nothing of it is left`);
});
