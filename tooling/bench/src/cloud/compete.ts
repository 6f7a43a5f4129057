import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type Spread, spread } from '../paired.ts';
import type { CloudResult, CloudTask } from './contender.ts';

/** Who takes part: the first is ours. */
export interface Field {
  /** The module that opens them. */
  readonly module: string;
  readonly argument: unknown;
  readonly names: readonly string[];
}

/** One row: what a contender took, and ours over it. */
export interface Standing {
  readonly name: string;
  readonly wallMicros: Spread;
  readonly cpuMicros: Spread;
  readonly grownMebibytes: Spread;
  /** Ours over this one's, round by round. */
  readonly wallRatio: Spread;
  readonly cpuRatio: Spread;
}

/** The processes of a field, each of which does what it is told. */
export class Contest {
  readonly #field: Field;
  readonly #processes = new Map<string, ChildProcess>();

  private constructor(field: Field) {
    this.#field = field;
  }

  static async start(field: Field): Promise<Contest> {
    const contest = new Contest(field);
    for (const name of field.names) {
      const child = fork(
        new URL('./worker.ts', import.meta.url),
        [field.module, name, JSON.stringify(field.argument)],
        {
          execArgv: ['--conditions=@icechunk/source', '--disable-warning=ExperimentalWarning'],
        },
      );
      contest.#processes.set(name, child);
      await once(child, 'message');
    }
    return contest;
  }

  /** All of them in turn, round by round; who begins changes. The first round is not counted. */
  async hold(
    task: CloudTask,
    rounds: number,
    {
      names = this.#field.names,
      before = async () => {},
    }: { names?: readonly string[]; before?: () => Promise<void> } = {},
  ): Promise<Standing[]> {
    const results = new Map<string, CloudResult[]>(names.map((name) => [name, []]));
    for (let round = -1; round < rounds; round++) {
      for (let turn = 0; turn < names.length; turn++) {
        const name = names[(turn + round + names.length) % names.length] as string;
        await before();
        const result = await this.#run(name, task);
        if (round >= 0) results.get(name)?.push(result);
      }
    }
    const [ours = []] = results.values();
    return [...results].map(([name, own]) => standing(name, ours, own));
  }

  close(): void {
    for (const child of this.#processes.values()) child.disconnect();
  }

  async #run(name: string, task: CloudTask): Promise<CloudResult> {
    const child = this.#processes.get(name) as ChildProcess;
    child.send(task);
    const [answer] = (await once(child, 'message')) as [{ result?: CloudResult; error?: string }];
    if (!answer.result) throw new Error(`${name}, ${JSON.stringify(task)}: ${answer.error}`);
    return answer.result;
  }
}

function standing(name: string, ours: readonly CloudResult[], own: readonly CloudResult[]): Standing {
  const of = (pick: (result: CloudResult) => number): Spread => spread(own.map(pick));
  const against = (pick: (result: CloudResult) => number): Spread =>
    spread(ours.map((result, round) => pick(result) / pick(own[round] as CloudResult)));
  return {
    name,
    wallMicros: of(({ wallMicros }) => wallMicros),
    cpuMicros: of(({ cpuMicros }) => cpuMicros),
    grownMebibytes: of(({ grownBytes }) => grownBytes / 1024 ** 2),
    wallRatio: against(({ wallMicros }) => wallMicros),
    cpuRatio: against(({ cpuMicros }) => cpuMicros),
  };
}
