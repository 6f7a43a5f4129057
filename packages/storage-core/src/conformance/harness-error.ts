/** A harness that cannot be run as it is: the message says what to mend. */
export class HarnessError extends Error {
  override readonly name = 'HarnessError';
}

/** An error about the harness. */
export function mend(message: string): HarnessError {
  return new HarnessError(`conformance harness: ${message}`);
}
