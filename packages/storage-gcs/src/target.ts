import type { AttemptContext, StorageInfo } from '@icechunk/storage-core';
import type { Dispatcher } from 'undici';

/** Who asks: what goes into the headers of every request. */
export interface Authorization {
  /** For example `authorization: Bearer …`; nothing for anonymous access. Cached, so that it may be called for each request. */
  headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /**
   * Replaces a token that was refused with 401. Absent where there is no other to be had.
   *
   * @param refused The very headers that the refused request was sent with: where their token has been replaced since, nothing
   * is asked for. Without them, whatever token there is gets replaced.
   */
  refresh?(context: AttemptContext, refused?: Readonly<Record<string, string>>): Promise<void>;
}

/** What is used of undici's dispatchers. */
export interface Connections {
  request(options: Dispatcher.RequestOptions): Promise<Dispatcher.ResponseData>;
  /** Resolves once nothing is under way any more. */
  close(): Promise<void>;
}

/** What {@link GcsStorageClient} talks to: made of a user's options, once, before any I/O. */
export interface GcsTarget {
  /** For example `https://storage.googleapis.com`; without a `/` at its end. */
  readonly baseUrl: string;
  readonly bucket: string;
  /** As the user gave it: `objectStoreKeys` says what of it counts. */
  readonly prefix: string;
  readonly info: StorageInfo;
  readonly authorization: Authorization;
  /** The connections: made with the connect and idle timeouts of the settings, and closed with the storage. */
  readonly dispatcher: Connections;
  /** The project that pays for requests to a bucket of somebody else. */
  readonly userProject?: string | undefined;
}
