/** Why a release does not go on: each sentence names what is wrong and where, and how it is mended where that is known. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(reasons.join('\n'));
    this.reasons = reasons;
  }
}

/** @throws {@link Refusal} Where there is a reason. */
export function refuseFor(reasons: readonly string[]): void {
  if (reasons.length > 0) throw new Refusal(reasons);
}

/** How a command tells a reason, on a line of its own. */
export const TOLD = 'refused: ';

/** The refusal that a command of ours told, found in all that it wrote. */
export function refusalIn(output: string): Refusal | undefined {
  const lines = output.split('\n').filter((line) => line.startsWith(TOLD));
  return lines.length === 0 ? undefined : new Refusal(lines.map((line) => line.slice(TOLD.length)));
}
