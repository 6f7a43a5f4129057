/** Which bucket was asked for, and where. */
export interface BucketPlace {
  readonly bucket: string;
  /** Without a query, and without a user. */
  readonly baseUrl: string;
}

/** In words, for an error. */
export function noBucketAt({ bucket, baseUrl }: BucketPlace): string {
  return `there is no bucket "${bucket}" at ${baseUrl}`;
}
