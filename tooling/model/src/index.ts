export { checkInterleavings, checkSequences, ModelFailure, type ModelOptions } from './check.ts';
export { defineModelTests, type ModelRunner } from './define.ts';
export { smallPages } from './gates.ts';
export { bytes, type FoundOutcome, type Outcome, outcomeOf, written } from './outcome.ts';
export { type ModelTarget, smallLimits } from './target.ts';
export { withoutDefaultType } from './without-default-type.ts';
