import fc from 'fast-check';
import { closely, type DrawnFrom, drawOperation, onOneKey, racing, repetitive, widely } from './draw.ts';
import { gated, smallPages } from './gates.ts';
import { scriptOf } from './history.ts';
import { InterleavedCommand, InterleavedRun } from './interleaved.ts';
import { judgeHistory } from './judge-history.ts';
import { ObjectModel } from './model.ts';
import { SequentialCommand } from './sequential.ts';
import { type ModelTarget, smallLimits } from './target.ts';

/** How much is tried, and which. */
export interface ModelOptions {
  /** Repeats what was drawn. */
  readonly seed: number;
  /** Default 500 one after the other, 1,000 interleaved. */
  readonly runs?: number;
  /** Of one failure of a seed: begins there. */
  readonly path?: string;
}

/** A backend that does not do as the model does, and the shortest run that was found to show it. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure';
  /** The run as lines of TypeScript. */
  readonly script: readonly string[];

  constructor(message: string, script: readonly string[]) {
    super(message);
    this.script = script;
  }
}

/**
 * Runs sequences of operations, one after the other, each held to what a Map would do.
 *
 * @throws ModelFailure whose message is the shortest failing sequence, as a script that fails by itself.
 */
export async function checkSequences(target: ModelTarget, options: ModelOptions): Promise<void> {
  const commands = fc.oneof(...[widely(target), repetitive].map(sequential));
  const property = fc.asyncProperty(commands, async (drawn) => {
    const storage = await target.open(smallPages, smallLimits);
    const script: string[] = [];
    const run = fc.asyncModelRun(() => ({ model: new ObjectModel(target), real: { storage, script } }), drawn);
    await withScript(run, () => script).finally(() => storage.close());
  });
  await check(property, target, 'one after the other', options);
}

/**
 * Runs operations that overlap, in orders that a scheduler draws, and looks for an order that explains what was seen.
 *
 * @throws ModelFailure whose message is the shortest failing history, as calls and awaits.
 */
export async function checkInterleavings(target: ModelTarget, options: ModelOptions): Promise<void> {
  const commands = fc.oneof(...[closely, onOneKey, racing].map(overlapping));
  const there = fc.subarray([...closely.keys]);
  const property = fc.asyncProperty(there, commands, fc.scheduler(), async (keys, drawn, scheduler) => {
    const storage = await target.open((client) => gated(client, scheduler), smallLimits);
    const run = new InterleavedRun(storage);
    for (const key of keys) run.start({ verb: 'put', key, text: 'before there' });
    await scheduler.waitFor(run.ended());
    await fc.scheduledModelRun(scheduler, () => ({ model: run, real: run }), drawn);
    await scheduler.waitFor(run.ended());
    await storage.close();
    const fault = judgeHistory(run.history, target);
    if (fault !== undefined) throw new ModelFailure(fault, scriptOf(run.history, run.versions));
  });
  await check(property, target, 'interleaved', { runs: 1_000, ...options });
}

function sequential(from: DrawnFrom): fc.Arbitrary<Iterable<SequentialCommand>> {
  const command = drawOperation(from).map((drawn) => new SequentialCommand(drawn));
  return fc.commands([command], { maxCommands: 30, size: 'max' }) as fc.Arbitrary<Iterable<SequentialCommand>>;
}

function overlapping(from: DrawnFrom): fc.Arbitrary<Iterable<InterleavedCommand>> {
  const command = drawOperation(from).map((drawn) => new InterleavedCommand(drawn));
  return fc.commands([command], { maxCommands: 14, size: 'max' }) as fc.Arbitrary<Iterable<InterleavedCommand>>;
}

async function withScript(run: Promise<void>, script: () => readonly string[]): Promise<void> {
  try {
    await run;
  } catch (err) {
    throw new ModelFailure(err instanceof Error ? err.message : String(err), script());
  }
}

async function check<T>(
  property: fc.IAsyncProperty<T>,
  { name }: ModelTarget,
  how: string,
  { seed, runs = 500, path }: ModelOptions,
): Promise<void> {
  const details = await fc.check(property, { seed, numRuns: runs, ...(path !== undefined && { path }) });
  if (!details.failed) return;
  const { errorInstance, counterexamplePath, numRuns, numShrinks } = details;
  const failure = errorInstance instanceof ModelFailure ? errorInstance : new ModelFailure(String(errorInstance), []);
  const where = `seed ${seed}, path "${firstOf(counterexamplePath)}", in run ${numRuns}, after ${numShrinks} shrinks`;
  throw new ModelFailure(
    `${name}, operations ${how} (${where}): ${failure.message}\n${failure.script.join('\n')}`,
    failure.script,
  );
}

// The rest of a path says how it was shrunk, which commands cannot be led along.
function firstOf(path: string | null): string {
  return path?.split(':')[0] ?? '';
}
