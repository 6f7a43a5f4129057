export { build, pack } from './pack.ts';
export type { Tarball } from './tarball.ts';
export { tarballProblems } from './tarball-problems.ts';
