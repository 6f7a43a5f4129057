export type { S3Credentials, SdkCredentials, SdkIdentity } from './credential-types.ts';
export type {
  BucketOptions,
  ClientOptions,
  ConnectionOptions,
  CredentialFields,
  CredentialFlag,
  CredentialOptions,
  HeaderOptions,
  ObjectOptions,
  OneWay,
  S3StorageOptions,
} from './options.ts';
export { type R2BucketOptions, type R2Place, type R2PublicOptions, type R2StorageOptions, r2Storage } from './r2.ts';
export { s3Storage } from './s3.ts';
export type { ChecksumAlgorithmName } from './target.ts';
export { type TigrisConsistency, type TigrisStorageOptions, tigrisStorage } from './tigris.ts';
