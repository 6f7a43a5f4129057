import type { Expiring } from '@icechunk/storage-core';

/** Keys of the S3 family, and when they end. */
export interface S3Credentials extends Expiring {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Comes with temporary keys. */
  readonly sessionToken?: string | undefined;
}

/** Keys as the AWS SDK has them. */
export interface SdkIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

/** Keys of the AWS SDK, or one of its providers, for example `fromTemporaryCredentials()`. */
export type SdkCredentials = SdkIdentity | ((options?: { readonly forceRefresh?: boolean }) => Promise<SdkIdentity>);
