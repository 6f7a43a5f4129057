export { pnpm } from './pnpm.ts';
export { RunFailed, type RunOptions, run } from './run.ts';
