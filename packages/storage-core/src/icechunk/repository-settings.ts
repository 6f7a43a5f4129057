import type { ConcurrencySettings, RetriesSettings, StorageSettings, TimeoutSettings } from '../settings.ts';

type FieldsOf<Group> = { readonly [Field in keyof Required<Group>]: true };
type Fields = {
  readonly [Field in keyof Required<StorageSettings>]: Required<StorageSettings>[Field] extends object
    ? FieldsOf<Required<StorageSettings>[Field]>
    : true;
};

const concurrency: FieldsOf<ConcurrencySettings> = {
  maxConcurrentRequestsForObject: true,
  idealConcurrentRequestSize: true,
};
const retries: FieldsOf<RetriesSettings> = { maxTries: true, initialBackoffMs: true, maxBackoffMs: true };
const timeouts: FieldsOf<TimeoutSettings> = {
  connectTimeoutMs: true,
  readTimeoutMs: true,
  operationTimeoutMs: true,
  operationAttemptTimeoutMs: true,
  networkStreamTimeoutMs: true,
};
const fields: Fields = {
  concurrency,
  retries,
  timeouts,
  unsafeUseConditionalUpdate: true,
  unsafeUseConditionalCreate: true,
  unsafeUseMetadata: true,
  storageClass: true,
  metadataStorageClass: true,
  chunksStorageClass: true,
  minimumSizeForMultipartUpload: true,
};

/**
 * The settings that a repository's configuration holds, as a storage's options take them.
 *
 * Fields that say nothing, and fields that this version does not know, are left out; values are passed on as they are,
 * and checked where the storage is made.
 */
export function toStorageSettings(config: unknown): StorageSettings {
  return pick(config, fields);
}

type Table = { readonly [field: string]: true | Table };

function pick(source: unknown, table: Table): Record<string, unknown> {
  if (typeof source !== 'object' || source === null) return {};
  const picked: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(source)) {
    const entry = Object.hasOwn(table, field) ? table[field] : undefined;
    if (entry === undefined || value === undefined || value === null) continue;
    picked[field] = entry === true ? value : pick(value, entry);
  }
  return picked;
}
