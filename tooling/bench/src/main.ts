import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bridgeCost } from './bridge-cost.ts';
import { coreCost } from './core-cost.ts';
import { filesystem } from './filesystem.ts';
import { writeReport } from './report.ts';
import { streamMemory } from './stream-memory.ts';
import { table } from './table.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    json: { type: 'string', default: '.reports/bench.json' },
    folder: { type: 'string', default: tmpdir() },
  },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 5) throw new Error('--rounds takes a whole number from 5');

const folder = await mkdtemp(join(values.folder, 'icechunk-bench-'));
try {
  const rows = [
    ...(await filesystem(folder, rounds)),
    await streamMemory(folder, rounds),
    ...(await coreCost(rounds)),
    await bridgeCost(rounds),
  ];
  console.log(table(rows));
  await writeReport(values.json, { rounds, rows });
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(0); // the engine's threads would keep the process alive
