/** Something to be timed: `run` does it `operations` times. */
export interface Contender {
  readonly name: string;
  run(operations: number): Promise<void>;
}

/** One row of the table. */
export interface Measurement {
  readonly case: string;
  readonly rival: string;
  /** What is compared: time on the wall, time of the processors, bytes. */
  readonly figure: string;
  /** Ours over the rival's in one round: median, least and most of all rounds. Absent where there is no rival. */
  readonly ratio?: Spread;
  /** Ours, in the figure's unit, for one operation. */
  readonly ours: Spread;
  readonly goal: string;
  readonly reached: boolean;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface Round {
  readonly wallMicros: number;
  readonly cpuMicros: number;
}

/** Runs once and says what one operation cost. */
async function timed(contender: Contender, operations: number): Promise<Round> {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  await contender.run(operations);
  const wallMicros = Number(process.hrtime.bigint() - start) / 1_000 / operations;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMicros, cpuMicros: (user + system) / operations };
}

/**
 * Both in turn, round by round, so that a machine that slows down slows both; who begins alternates.
 *
 * @returns The rounds of each, after one that is not counted.
 */
export async function paired(
  ours: Contender,
  rival: Contender,
  operations: number,
  rounds: number,
): Promise<{ ours: Round[]; rival: Round[] }> {
  const result: { ours: Round[]; rival: Round[] } = { ours: [], rival: [] };
  for (let round = -1; round < rounds; round++) {
    const order = round % 2 === 0 ? (['ours', 'rival'] as const) : (['rival', 'ours'] as const);
    for (const who of order) {
      const measured = await timed(who === 'ours' ? ours : rival, operations);
      if (round >= 0) result[who].push(measured);
    }
  }
  return result;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
  return { median: median ?? Number.NaN, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** The ratio of ours to the rival's, round by round. */
export function ratios(ours: readonly Round[], rival: readonly Round[], figure: keyof Round): Spread {
  return spread(ours.map((round, index) => round[figure] / (rival[index]?.[figure] ?? Number.NaN)));
}

/** A comparison as a row: reached where the median ratio is at most `most`. */
export async function compare(
  name: string,
  ours: Contender,
  rival: Contender,
  options: { operations: number; rounds: number; most: number; figure?: keyof Round },
): Promise<Measurement> {
  const { operations, rounds, most, figure = 'wallMicros' } = options;
  const measured = await paired(ours, rival, operations, rounds);
  const ratio = ratios(measured.ours, measured.rival, figure);
  return {
    case: name,
    rival: rival.name,
    figure: figure === 'wallMicros' ? 'µs wall' : 'µs CPU',
    ratio,
    ours: spread(measured.ours.map((round) => round[figure])),
    goal: `≤ ${most} ×`,
    reached: ratio.median <= most,
  };
}
