import type { ByteRange, NodeReadable } from '@icechunk/storage-core';
import type { BlobAttributes } from './attributes.ts';
import type { MatchConditions } from './conditions.ts';
import type { ContainerAddress } from './container-place.ts';

/** What an answer says of a blob. */
export interface BlobFacts {
  readonly etag?: string | undefined;
  readonly lastModified?: Date | undefined;
  readonly contentType?: string | undefined;
  /** By lower-case name. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  /** Bytes that the answer holds or, to a HEAD, stands for. */
  readonly contentLength?: number | undefined;
}

/** The answer to a read: a length and an etag are there. */
export interface BlobAnswer extends BlobFacts {
  readonly status: number;
  readonly contentRange?: string | undefined;
  /** In a browser the SDK has the whole. */
  readonly body: NodeReadable | ReadableStream<Uint8Array>;
}

/** A read of one blob. */
export interface BlobRead {
  readonly key: string;
  readonly range?: ByteRange | undefined;
  readonly conditions: MatchConditions;
}

/** A write of one blob. */
export interface BlobWrite {
  readonly key: string;
  readonly data: Uint8Array;
  readonly attributes: BlobAttributes;
  readonly conditions: MatchConditions;
}

/**
 * How the requests are sent by which chunks are read and commits are made.
 *
 * Each throws what the SDK throws, which `failureOf` and `errorFromAzure` read: also for a 304 and a 412.
 */
export interface BlobWire {
  /** Whoever does not read the body to its end fires the signal or gives the stream up. */
  get(read: BlobRead, signal: AbortSignal): Promise<BlobAnswer>;
  head(read: BlobRead, signal: AbortSignal): Promise<BlobFacts>;
  put(write: BlobWrite, signal: AbortSignal): Promise<Pick<BlobFacts, 'etag'>>;
}

/** Where blobs are, and how they are reached there. */
export interface BlobPlace {
  readonly container: ContainerAddress;
  readonly wire: BlobWire;
}
