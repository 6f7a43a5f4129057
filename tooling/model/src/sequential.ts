import type { Storage } from '@icechunk/storage-core';
import fc from 'fast-check';
import { codeOf, literal, send } from './call.ts';
import type { Expected, ObjectModel } from './model.ts';
import { type Operation, targetOf, withVersion } from './operation.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { NamedVersion, VersionPick } from './version-log.ts';

/** What the commands of one run work on. */
export interface SequentialRun {
  readonly storage: Storage;
  /** The lines of TypeScript that were run, each over `storage` and the package's `written`, `outcomeOf` and `bytes`. */
  readonly script: string[];
}

/** One operation that is awaited and held to the model. */
export class SequentialCommand implements fc.AsyncCommand<ObjectModel, SequentialRun> {
  readonly #drawn: Operation<VersionPick>;
  #line: string | undefined;

  constructor(drawn: Operation<VersionPick>) {
    this.#drawn = drawn;
  }

  check(model: Readonly<ObjectModel>): boolean {
    return this.#resolve(model) !== undefined;
  }

  async run(model: ObjectModel, { storage, script }: SequentialRun): Promise<void> {
    const operation = this.#resolve(model);
    if (!operation) return;
    const expected = model.expected(operation);
    this.#line = lineOf(operation, expected, model);
    script.push(this.#line);
    const outcome = await outcomeOf(send(storage, operation));
    const [seen, wanted] = [show(outcome, model), show(expected, model)];
    if (outcome.kind === 'updated' ? expected.kind !== 'updated' : seen !== wanted)
      throw new Error(`${codeOf(operation)} gave ${seen}, and not ${wanted}`);
    model.apply(operation, outcome.kind === 'updated' ? this.#name(operation, outcome, model, script) : undefined);
  }

  /** The line that was run; before that, what was drawn. */
  toString(): string {
    return this.#line ?? JSON.stringify(this.#drawn);
  }

  // What a run has printed is that run's own.
  [fc.cloneMethod](): SequentialCommand {
    return new SequentialCommand(this.#drawn);
  }

  #name(
    operation: Operation<NamedVersion>,
    { newVersion }: Extract<Outcome, { kind: 'updated' }>,
    model: ObjectModel,
    script: string[],
  ): NamedVersion {
    const key = targetOf(operation) as string;
    const earlier = model.versions.repeated(key, newVersion);
    const named = model.versions.add(key, newVersion);
    if (!earlier || model.mayRepeat(operation, earlier)) return named;
    script.push(`expect(${named.name}).not.toEqual(${earlier.name});`);
    throw new Error(`${codeOf(operation)} gave the version of an earlier write, ${earlier.name}`);
  }

  #resolve({ versions }: Readonly<ObjectModel>): Operation<NamedVersion> | undefined {
    return withVersion(this.#drawn, (pick, key) => versions.find(pick, key));
  }
}

function lineOf(operation: Operation<NamedVersion>, expected: Expected, model: ObjectModel): string {
  const code = codeOf(operation);
  return expected.kind === 'updated'
    ? `const ${model.versions.nextName} = await written(${code});`
    : `expect(await outcomeOf(${code})).toEqual(${show(expected, model)});`;
}

function show(value: Outcome | Expected, { versions }: ObjectModel): string {
  return literal(value, (one) => versions.nameOf(one));
}
