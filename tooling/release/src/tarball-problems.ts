import { contentProblems } from './contents.ts';
import { publintProblems, typeProblems } from './resolution.ts';
import { secretProblems } from './secrets.ts';
import { sourceMapProblems } from './source-maps.ts';
import type { Tarball } from './tarball.ts';

/** Everything for which a tarball is not published, one sentence each, with the name of its package. */
export async function tarballProblems(tarball: Tarball): Promise<readonly string[]> {
  const problems = [
    ...contentProblems(tarball),
    ...sourceMapProblems(tarball),
    ...(await secretProblems(tarball)),
    ...(await publintProblems(tarball)),
    ...(await typeProblems(tarball)),
  ];
  return problems.map((problem) => `${tarball.manifest.name}: ${problem}`);
}
