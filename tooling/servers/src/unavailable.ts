/** A server that cannot be had on this machine. The message is one line: why, and what to do about it. */
export class ServerUnavailable extends Error {
  override readonly name: string = 'ServerUnavailable';

  /** @param mend What the reader can do, as an imperative. */
  constructor(reason: string, mend: string, options?: ErrorOptions) {
    super(`${reason}: ${mend}`, options);
  }
}
