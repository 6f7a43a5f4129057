export { defineCounterTest, defineStormTest, type MakePlan, type StormIt } from './define.ts';
export type { Acknowledged, EventCounts, FailedWrite, Stage } from './messages.ts';
export type { Json, Opener, OpenStorage } from './opener.ts';
export type { CounterPlan, Disturbance, Failed, StormOutcome, StormPlan } from './plan.ts';
