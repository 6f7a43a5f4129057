import { RunFailed } from '@icechunk-tooling/processes';

/** What a program wrote that failed, line by line without those that are empty; where it wrote nothing, how it failed in one. */
export function saidBy(error: unknown): readonly string[] {
  const output = error instanceof RunFailed ? error.output : '';
  const lines = output.split('\n').map((line) => line.trimEnd());
  const said = lines.filter((line) => line !== '');
  return said.length > 0 ? said : [String(error).replaceAll('\n', ' ')];
}
