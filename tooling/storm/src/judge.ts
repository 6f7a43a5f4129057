import { type CommitRead, cellsOf } from './commit.ts';
import type { Failed, StormOutcome } from './plan.ts';

/** What is wrong with the commits of a storm, as they were read back. */
export function judgeCommits(outcome: StormOutcome, log: readonly CommitRead[]): string[] {
  const names = log.map(({ message }) => message);
  const snapshots = new Map(log.map(({ message, id }) => [message, id]));
  const renamed = outcome.acknowledged.filter(({ name }) => snapshots.has(name));
  return [
    ...judgeWrites(outcome, names),
    ...twice(log.map(({ id }) => id)).map((id) => `snapshot ${id} is there twice`),
    ...renamed
      .filter(({ name, snapshotId }) => snapshots.get(name) !== snapshotId)
      .map(({ name, snapshotId }) => `${name} was acknowledged as ${snapshotId} and is ${snapshots.get(name)}`),
    ...log.filter((commit) => !hasItsCells(commit)).map(({ message, cells }) => `${message} holds ${show(cells)}`),
  ];
}

/** What is wrong with a storm and with the names of the writes that are there after it. */
export function judgeWrites(outcome: StormOutcome, landed: readonly string[]): string[] {
  const there = new Set(landed);
  const acknowledged = new Set(outcome.acknowledged.map(({ name }) => name));
  const uncertain = new Set([
    ...outcome.unanswered,
    ...outcome.failed.filter(({ mayHaveLanded }) => mayHaveLanded).map(({ name }) => name),
  ]);
  return [
    ...judgeStorm(outcome),
    ...judgeFailed(outcome, there),
    ...judgeConflicts(outcome),
    ...[...acknowledged].filter((name) => !there.has(name)).map((name) => `${name} was acknowledged and is lost`),
    ...twice(landed).map((name) => `${name} is there twice`),
    ...[...there]
      .filter((name) => !acknowledged.has(name) && !uncertain.has(name))
      .map((name) => `${name} is there, and nobody can have written it`),
  ];
}

function judgeStorm({ plan, ...outcome }: StormOutcome): string[] {
  const { acknowledged, failures } = outcome;
  const hasRaces = acknowledged.some(({ lostRaces }) => lostRaces > 0);
  const broken = [
    [acknowledged.length < plan.writes, `${acknowledged.length} of ${plan.writes} writes were acknowledged`],
    [outcome.killed !== plan.kills, `${outcome.killed} of ${plan.kills} workers were killed`],
    [plan.stops > 0 && outcome.stopped === 0, 'no worker was stopped'],
    [outcome.disturbed !== plan.disturbances, `${outcome.disturbed} of ${plan.disturbances} disturbances took place`],
    [plan.workers > 1 && !hasRaces, 'no write came in the way of another'],
  ] as const;
  return [...failures, ...broken.filter(([isBroken]) => isBroken).map(([, finding]) => finding)];
}

function judgeFailed({ failed, plan }: StormOutcome, there: ReadonlySet<string>): string[] {
  const isConflictWithItself = ({ name, stage }: Failed): boolean =>
    plan.disturbances > 0 && stage === 'rebase' && there.has(name);
  const counted = failed.filter((one) => !isConflictWithItself(one));
  if (counted.length <= plan.toleratedFailures) return [];
  return counted.map(({ name, stage, reason }) => `${name} failed (${stage}): ${reason}`);
}

function judgeConflicts({ acknowledged, plan }: StormOutcome): string[] {
  if (plan.disturbances > 0) return [];
  return acknowledged
    .filter(({ landedAsConflict }) => landedAsConflict)
    .map(({ name }) => `${name} landed, and was answered as a conflict`);
}

function twice(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function hasItsCells({ message, cells }: CommitRead): boolean {
  return typeof cells !== 'string' && cells.join() === cellsOf(message).join();
}

function show(cells: readonly number[] | string): string {
  return typeof cells === 'string' ? `no readable cells: ${cells}` : `[${cells.join(', ')}]`;
}
