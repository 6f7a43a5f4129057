import type { Storage, StorageClient, StorageSettings } from '@icechunk/storage-core';

/** A backend as the model test gets at it. */
export interface ModelTarget {
  readonly name: string;
  /** An empty storage, opened anew for each run. The client is to be passed through `wrap`. */
  open(wrap: (client: StorageClient) => StorageClient, settings: StorageSettings): Storage | Promise<Storage>;
  /** `a` and `a/b` can both be objects. */
  readonly flatNamespace: boolean;
  /** Content types are given back. */
  readonly userMetadata: boolean;
  /** A version says what the bytes are, not who wrote them: it may come again, with the same bytes alone. Default false. */
  readonly contentEtags?: boolean;
}

/** Texts of twelve bytes are read in three requests, and written in parts where the backend has parts. */
export const smallLimits: StorageSettings = {
  concurrency: { idealConcurrentRequestSize: 4, maxConcurrentRequestsForObject: 3 },
  minimumSizeForMultipartUpload: 10,
};
