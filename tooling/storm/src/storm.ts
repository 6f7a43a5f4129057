import type { CommitRead } from './commit.ts';
import { judgeCommits } from './judge.ts';
import { type Opener, toSentOpener } from './opener.ts';
import type { StormOutcome, StormPlan } from './plan.ts';
import { run, withDefaults } from './run.ts';
import { runErrand } from './worker-process.ts';

/**
 * Makes a repository and lets processes commit to it with the real engine, one array with each commit, while some are killed
 * and replaced, others stopped and continued, and the storage is disturbed, after commits and pauses that `random` picks.
 *
 * A worker does nothing about a storage that fails: the storage's own retries are to sit it out. A commit that ends in
 * anything else than a conflict is recorded as failed, and the worker goes on with a new session.
 *
 * @param plan Its storage is empty.
 * @throws An error with the stderr of the process where the repository cannot be made.
 */
export async function storm(plan: StormPlan): Promise<StormOutcome> {
  const job = { opener: toSentOpener(plan.opener), path: '' };
  await runErrand('./create-process.ts', job);
  return await run({ ...withDefaults(plan), writes: plan.commits ?? 100, script: './commit-process.ts', job });
}

/**
 * What is wrong with a repository after a storm, or with the storm itself.
 *
 * - The storm was one: every kill and disturbance took place, somebody was stopped where that was asked for, no worker ended by
 *   itself, and commits got in each other's way.
 * - Every acknowledged commit is in the log exactly once, under the snapshot that the engine named.
 * - No commit and no snapshot is in the log twice.
 * - Nothing else is in the log but commits whose worker was killed during the commit itself, at most one of each, and
 *   commits that failed during the commit itself. Those alone may be there or not.
 * - Every commit in the log, also of those, has all its cells.
 * - No more commits failed than the plan tolerates.
 *
 * One failure needs no tolerance where there were disturbances: a commit can land, lose its answer, and be built upon by
 * another process before it is asked for again. The storage then takes it for a conflict, as upstream does, since the
 * object holds the other's write-id; the engine refuses to rebase a session onto its own commit. Such a commit is in the
 * log, failed while rebasing, and nothing is lost. Without disturbances no answer is lost, and it is a finding.
 *
 * @param opener May be another than the storm's, for example one that goes round a proxy.
 * @returns Empty where all is well.
 * @throws An error with the stderr of the process where the repository cannot be read.
 */
export async function checkStorm(outcome: StormOutcome, opener: Opener): Promise<string[]> {
  const answer = await runErrand('./read-process.ts', { opener: toSentOpener(opener), path: '' });
  return judgeCommits(outcome, answer as unknown as readonly CommitRead[]);
}
