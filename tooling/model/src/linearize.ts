/** What one key holds: the id of a version, or undefined where it holds none. */
export type KeyState = string | undefined;

/** What one operation did to one key, and when it may have: at one moment from its start to its end. */
export interface KeyStep {
  readonly startedAt: number;
  readonly endedAt: number;
  /** True where the key may have held this at that moment. */
  allows(state: KeyState): boolean;
  /** What the key holds after it; left out where it changes nothing. */
  readonly after?: { readonly state: KeyState };
}

/**
 * True where some order of the steps explains them all: each step lies between its start and its end, each finds what the
 * one before it left, and the first finds nothing.
 *
 * Keys are searched one by one, since a history is linearizable where it is so for each object (Herlihy and Wing 1990,
 * "Linearizability: A Correctness Condition for Concurrent Objects", theorem 1). The search is that of Wing and Gong
 * (1993), "Testing and Verifying Concurrent Objects", and misses nothing: it fails exactly where there is no such order.
 */
export function isLinearizable(steps: readonly KeyStep[]): boolean {
  const seen = new Set<string>();
  const explains = (left: readonly KeyStep[], state: KeyState): boolean => {
    if (left.length === 0) return true;
    const position = `${left.map((step) => steps.indexOf(step))} ${state}`;
    if (seen.has(position)) return false;
    seen.add(position);
    const firstEnd = Math.min(...left.map(({ endedAt }) => endedAt));
    return left.some(
      (step) =>
        // What began after another has ended cannot come before it.
        step.startedAt <= firstEnd &&
        step.allows(state) &&
        explains(
          left.filter((one) => one !== step),
          step.after ? step.after.state : state,
        ),
    );
  };
  return explains(steps, undefined);
}
