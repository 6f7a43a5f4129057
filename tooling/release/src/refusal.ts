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
