import type { ContainerClient } from '@azure/storage-blob';
import type { AttemptContext, StorageInfo } from '@icechunk/storage-core';
import type { BlobWire } from './blob-wire.ts';

/** How the source of a copy on the server's side may be read there. */
export interface CopySource {
  /** The source's address; with a short SAS where a key signs, with the SAS in use where that is the credential. */
  readonly url: string;
  /** `Bearer …`, where a token is the credential. */
  readonly authorization?: string | undefined;
}

/** What {@link AzureStorageClient} talks to: made of a user's options, once, before any I/O. */
export interface AzureTarget {
  /** Configured and authorised: its retries are off, unless it is the caller's own. */
  readonly container: ContainerClient;
  /** For reads and puts, past the SDK's generated client; absent where that client sends them, as for a caller's own. */
  readonly wire?: BlobWire | undefined;
  readonly info: StorageInfo;
  /** As the user gave it: `objectStoreKeys` says what of it counts. */
  readonly prefix: string;
  /** What a copy needs to read `blobName` on the server's side. */
  copySource(blobName: string, context: AttemptContext): Promise<CopySource>;
  /** Replaces credentials that were refused. Absent where there are no others to be had. */
  readonly refresh?: ((context: AttemptContext) => Promise<void>) | undefined;
  /** True for a client of the caller's, which keeps its own retries and is not closed. */
  readonly isCallersClient: boolean;
  /** Releases the sockets. */
  close(): void | Promise<void>;
}
