import type { AttemptContext, NodeReadable } from '@icechunk/storage-core';

/**
 * One request of the verbs that reads and commits are made of, in words of HTTP: how it is signed and sent is left to the
 * {@link S3Wire}.
 */
export interface WireRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  readonly key: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a put. */
  readonly data?: Uint8Array;
  /** What a store may be asked without that does not offer all of this, for the error that says so. */
  readonly hint?: string | undefined;
}

/** A successful answer: any other one is thrown. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a get, unread. */
  readonly body?: NodeReadable | ReadableStream<Uint8Array>;
  /** True where only the end of the body says whether its bytes are the right ones. */
  readonly isCheckedAtEnd?: boolean;
}

/** Sends single requests to one bucket and reads their answers. */
export interface S3Wire {
  /**
   * Settles with the head of the answer.
   *
   * @throws {@link StorageError} with the answer's `status` and `providerCode` where it is no success, 304 and 412 among them.
   */
  send(request: WireRequest, context: AttemptContext): Promise<WireAnswer>;
}
