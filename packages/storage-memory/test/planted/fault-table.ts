import type { ConformanceCase } from '@icechunk/storage-core/conformance';
import { expectedFailures } from './expected-failures.ts';
import type { PlantedFault } from './plant.ts';

/** Cases that no fault trips, each with the reason why none can. */
export const casesWithoutFault: Readonly<Record<string, string>> = {};

/** The ids of the faults that trip a case. */
export function faultsOf(id: string, faults: readonly PlantedFault[]): string[] {
  return faults.filter((fault) => expectedFailures[fault.id]?.includes(id)).map((fault) => fault.id);
}

/** The page `docs/conformance-faults.md`. */
export function faultPage(cases: readonly ConformanceCase[], faults: readonly PlantedFault[]): string {
  return `# The faults that the conformance suite is tested by

The suite is the judge of every backend, so it is judged itself: each backend below is the in-memory one with one fault
planted in it, and the tests of \`packages/storage-memory/test/planted\` run the whole suite over it. Exactly the cases that are
named here fail, and every other one passes. Without a fault, all pass.

This page is made by the tests: \`ICECHUNK_TEST_UPDATE=1 npx vitest run test/conformance-faults.test.ts\` in \`packages/storage-memory\`
writes it, and without that variable the same test fails where it is out of date.

${faults.length} faults, ${cases.length} cases.

## Faults

The first case in bold names the fault; the others fail with it, since what they are about is broken too.

| fault | the backend | cases that fail |
|---|---|---|
${faults.map(faultRow).join('\n')}

## Cases

| case | proves | tripped by |
|---|---|---|
${cases.map((one) => caseRow(one, faults)).join('\n')}
${withoutFault(cases, faults)}`;
}

function faultRow({ id, does, caughtBy }: PlantedFault): string {
  const others = (expectedFailures[id] ?? []).filter((one) => one !== caughtBy);
  return `| ${id} | ${cell(does)} | ${[`**${caughtBy}**`, ...others].join(', ')} |`;
}

function caseRow({ id, proves }: ConformanceCase, faults: readonly PlantedFault[]): string {
  return `| ${id} | ${cell(proves)} | ${faultsOf(id, faults).join(', ')} |`;
}

function withoutFault(cases: readonly ConformanceCase[], faults: readonly PlantedFault[]): string {
  const ids = cases.map((one) => one.id).filter((id) => faultsOf(id, faults).length === 0);
  if (ids.length === 0) return '\nEvery case is tripped by a fault.\n';
  return `\n## Cases that no fault trips\n\n${ids.map((id) => `- ${id}: ${casesWithoutFault[id]}`).join('\n')}\n`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
