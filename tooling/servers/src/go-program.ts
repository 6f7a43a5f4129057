// Programs that Go compiles, for tools that have nothing to do with tests: the rest of this package loads vitest.
export { findProgram } from './find-program.ts';
export type { GoProgram } from './programs.ts';
export type { Surroundings } from './surroundings.ts';
export { ServerUnavailable } from './unavailable.ts';
