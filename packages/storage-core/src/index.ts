export { type ItemSource, mapConcurrently } from './batch.ts';
export { checkOptionNames } from './check-options.ts';
export type * from './client.ts';
export type * from './contract.ts';
export { type CreateStorageOptions, createStorage } from './create-storage.ts';
export { type CredentialForm, chooseCredentialForm } from './credential-forms.ts';
export {
  type CachedCredentialsOptions,
  type CredentialSource,
  cachedCredentials,
  type Expiring,
  fixedCredentials,
  type RefreshOptions,
} from './credentials.ts';
export { checkEndpointUrl, type EndpointRules } from './endpoint.ts';
export {
  isRetryable,
  isStorageError,
  type RetryAdvice,
  type SanitisedCause,
  StorageError,
  type StorageErrorFields,
  type StorageErrorKind,
  toStorageError,
} from './errors.ts';
export type { EventListener, StorageEvent } from './events.ts';
export { errorFromStatus, type ProviderAnswer } from './http-status.ts';
export { objectStoreKeys, rawKeys, type SyncKeyMapping } from './key-mapping.ts';
export { errorFromNetwork } from './network-errors.ts';
export { checkOptions, type OptionRule, type OptionRules, optionRules } from './option-rules.ts';
export { decodeSegment, encodeSegment } from './percent-codec.ts';
export { type ByteRange, parseContentRange } from './range.ts';
export {
  type ConcurrencySettings,
  cloudDefaults,
  localDefaults,
  type ResolvedSettings,
  type RetriesSettings,
  resolveSettings,
  type StorageSettings,
  type TimeoutSettings,
} from './settings.ts';
export { type NodeReadable, type StreamBodyOptions, streamBody } from './stream-body.ts';
export {
  isEmptyVersion,
  isSameVersion,
  type VersionedUpdateResult,
  type VersionInfo,
  type WriteCondition,
} from './version.ts';
export { withPrefix } from './with-prefix.ts';
export { withoutSecrets } from './without-secrets.ts';
