import { parseArgs } from 'node:util';
import { writeReport } from '../report.ts';
import { clouds } from './clouds.ts';
import { cloudTable } from './table.ts';

// `pnpm bench:cloud s3 gcs --rounds 7 --cases get`: all clouds and all cases where none is named.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '7' }, cases: { type: 'string', default: '' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 5) throw new Error('--rounds takes a whole number from 5');
const names = positionals.length > 0 ? positionals : Object.keys(clouds);
for (const name of names) {
  const run = clouds[name];
  if (!run) throw new Error(`${name} is no cloud: there are ${Object.keys(clouds).join(', ')}`);
  const rows = await run({
    rounds,
    wanted: (one) => one.includes(values.cases),
    say: (row) => console.error(cloudTable([row])),
  });
  console.log(`${cloudTable(rows)}\n`);
  await writeReport(`.reports/bench-${name}.json`, { rounds, rows });
}
process.exit(0); // connections that are kept alive would keep the process alive
