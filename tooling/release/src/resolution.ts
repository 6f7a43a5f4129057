import { checkPackage, createPackageFromTarballData, type Problem } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { Tarball } from './tarball.ts';

/**
 * What is suggested and not followed: that `imports` take the place of `browser`. Bundlers follow `browser` for relative imports, so that
 * nothing changes for Node and TypeScript, which would see another name.
 */
const NOT_FOLLOWED: readonly string[] = ['USE_EXPORTS_OR_IMPORTS_BROWSER'];

/** What publint says of a package, its suggestions too. */
export async function publintProblems({ bytes }: Tarball): Promise<readonly string[]> {
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  const followed = messages.filter(({ code }) => !NOT_FOLLOWED.includes(code));
  return followed.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`);
}

/**
 * Where TypeScript and the platforms that are served would not agree on what a package holds.
 *
 * Served are Node's ESM and bundlers. What Node's CommonJS finds is ESM, which every Node from 22.12 takes by `require`; TypeScript's
 * `node10` resolution is older than `exports`. These are what `attw --profile esm-only` leaves out.
 *
 * @see https://github.com/arethetypeswrong/arethetypeswrong.github.io/tree/main/packages/cli#profiles (seen 2026-11)
 */
export async function typeProblems({ bytes }: Tarball): Promise<readonly string[]> {
  const analysis = await checkPackage(createPackageFromTarballData(bytes));
  if (analysis.types === false) return ['attw: no types'];
  return analysis.problems.filter((problem) => !isLeftOut(problem)).map((problem) => `attw: ${told(problem)}`);
}

function isLeftOut(problem: Problem): boolean {
  return 'resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind);
}

function told(problem: Problem): string {
  if ('entrypoint' in problem) return `${problem.kind} at ${problem.entrypoint} in ${problem.resolutionKind}`;
  return `${problem.kind} in ${'typesFileName' in problem ? problem.typesFileName : problem.fileName}`;
}
