import { tarballProblems } from '@icechunk-tooling/release';
import type { Check } from './check.ts';
import { packedPackages } from './packed-packages.ts';

/**
 * Every package could be published: publint and attw have nothing against it, its source maps lead to sources, and it holds its
 * licence and its README, no test and no secret.
 */
export const tarballs: Check = {
  name: 'tarballs',
  async run(root) {
    const packed = await packedPackages(root);
    const problems = await Promise.all(packed.map(tarballProblems));
    return { problems: problems.flat(), notes: [`${packed.length} packages`] };
  },
};
