import { join } from 'node:path';
import { alone } from './alone.ts';
import { apiReports } from './api-reports.ts';
import { browserBundle } from './browser-bundle.ts';
import type { Check } from './check.ts';
import { contributing } from './contributing.ts';
import { docstrings } from './docstrings.ts';
import { knip } from './knip.ts';
import { layering } from './layering.ts';
import { licences } from './licences.ts';
import { links } from './links.ts';
import { runtimes } from './runtimes.ts';
import { sizes } from './sizes.ts';
import { tarballs } from './tarballs.ts';
import { workflows } from './workflows.ts';

const CHECKS: readonly Check[] = [
  layering,
  browserBundle,
  runtimes,
  docstrings,
  apiReports,
  tarballs,
  sizes,
  links,
  contributing,
  alone,
  knip,
  licences,
  workflows,
];

const root = join(import.meta.dirname, '../../..');
for (const check of CHECKS) {
  const { problems, notes = [] } = await check.run(root);
  console.log(
    `${problems.length === 0 ? 'ok  ' : 'FAIL'} ${check.name}${notes.length > 0 ? `: ${notes.join('; ')}` : ''}`,
  );
  for (const problem of problems) console.log(`     ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}
