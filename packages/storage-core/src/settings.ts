import { StorageError } from './errors.ts';
import { type OptionRule, type OptionRules, optionRules } from './option-rules.ts';

/** How large reads are divided. Names and units are those of Icechunk's `StorageSettings`. */
export interface ConcurrencySettings {
  /** Requests at once for one object. Default 18. */
  readonly maxConcurrentRequestsForObject?: number;
  /** Bytes; a larger range is read, and a large object written, in parts of about this size. Default 12 MiB. */
  readonly idealConcurrentRequestSize?: number;
}

/** How failures are tried again. */
export interface RetriesSettings {
  /** Attempts in all, the first one included. Default 10. */
  readonly maxTries?: number;
  /** Default 100. */
  readonly initialBackoffMs?: number;
  /** Default 180,000. */
  readonly maxBackoffMs?: number;
}

/** How long things may take, in milliseconds; 0 switches a limit off. */
export interface TimeoutSettings {
  /** Until a connection stands. Default 5,000. */
  readonly connectTimeoutMs?: number;
  /** Until the head of an answer has come, once the request is sent. Default 0. */
  readonly readTimeoutMs?: number;
  /** For a request with all its attempts and the pauses between them; an operation may take several. Default 0. */
  readonly operationTimeoutMs?: number;
  /** For one attempt, until the head of its answer. Default 0. */
  readonly operationAttemptTimeoutMs?: number;
  /** How long a transfer may go on without a single byte. Default 60,000. */
  readonly networkStreamTimeoutMs?: number;
}

/** What a user may set. The names and units are Icechunk's, so that a repository's own settings fit as they are. */
export interface StorageSettings {
  readonly concurrency?: ConcurrencySettings;
  readonly retries?: RetriesSettings;
  readonly timeouts?: TimeoutSettings;
  /** `false` drops the condition of updates, for stores that have none: two writers can then both win. */
  readonly unsafeUseConditionalUpdate?: boolean;
  /** `false` drops the condition of creates, for stores that have none: two writers can then both win. */
  readonly unsafeUseConditionalCreate?: boolean;
  /** `false` writes no content type, no metadata and no write-id: a lost response can then not be recovered. */
  readonly unsafeUseMetadata?: boolean;
  readonly storageClass?: string;
  /** For `manifests/`, `snapshots/` and `transactions/`. */
  readonly metadataStorageClass?: string;
  /** For `chunks/`. */
  readonly chunksStorageClass?: string;
  /** Bytes from which an object is uploaded in parts. Default 100 MiB. */
  readonly minimumSizeForMultipartUpload?: number;
}

/** {@link StorageSettings} with every default filled in. */
export interface ResolvedSettings extends StorageSettings {
  readonly concurrency: Required<ConcurrencySettings>;
  readonly retries: Required<RetriesSettings>;
  readonly timeouts: Required<TimeoutSettings>;
  readonly unsafeUseConditionalUpdate: boolean;
  readonly unsafeUseConditionalCreate: boolean;
  readonly unsafeUseMetadata: boolean;
  readonly minimumSizeForMultipartUpload: number;
}

const MEBIBYTE = 1024 * 1024;

/**
 * The defaults of every object store in the cloud.
 *
 * 18 requests of 12 MiB, 10 tries from 100 ms up to 180 s, parts from 100 MiB: Icechunk's own
 * (`icechunk-storage/src/storage.rs`, seen 2026-11). Connect 5 s and idle 60 s are ours: with none, a connection that
 * died in silence after a commit had landed has cost hours.
 */
export const cloudDefaults: ResolvedSettings = {
  concurrency: { maxConcurrentRequestsForObject: 18, idealConcurrentRequestSize: 12 * MEBIBYTE },
  retries: { maxTries: 10, initialBackoffMs: 100, maxBackoffMs: 180_000 },
  timeouts: {
    connectTimeoutMs: 5_000,
    readTimeoutMs: 0,
    operationTimeoutMs: 0,
    operationAttemptTimeoutMs: 0,
    networkStreamTimeoutMs: 60_000,
  },
  unsafeUseConditionalUpdate: true,
  unsafeUseConditionalCreate: true,
  unsafeUseMetadata: true,
  minimumSizeForMultipartUpload: 100 * MEBIBYTE,
};

/** The defaults where there is no network: one try, no splitting, no parts. */
export const localDefaults: ResolvedSettings = {
  ...cloudDefaults,
  concurrency: { maxConcurrentRequestsForObject: 1, idealConcurrentRequestSize: Number.MAX_SAFE_INTEGER },
  retries: { ...cloudDefaults.retries, maxTries: 1 },
  timeouts: { ...cloudDefaults.timeouts, networkStreamTimeoutMs: 0 },
  minimumSizeForMultipartUpload: Number.MAX_SAFE_INTEGER,
};

/**
 * Defaults with a user's settings laid over them, field by field.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field and what it takes, also for a field that does not exist.
 */
export function resolveSettings(defaults: ResolvedSettings, settings?: StorageSettings): ResolvedSettings {
  const given = settings ?? {};
  checkSettings(given);
  const { concurrency, retries, timeouts, ...flat } = withoutUndefined(given);
  return {
    ...defaults,
    ...flat,
    concurrency: { ...defaults.concurrency, ...withoutUndefined(concurrency ?? {}) },
    retries: { ...defaults.retries, ...withoutUndefined(retries ?? {}) },
    timeouts: { ...defaults.timeouts, ...withoutUndefined(timeouts ?? {}) },
  };
}

// The engine hands absent fields over as undefined or null; neither may hide a default.
function withoutUndefined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null)) as T;
}

const { flag, text, positive } = optionRules;
const milliseconds: OptionRule = {
  says: 'whole milliseconds from 0 to 2,147,483,647',
  // A timer in JavaScript wraps to 1 ms above 2^31 - 1.
  holds: (value) => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 2_147_483_647,
};

const groups: Readonly<Record<string, OptionRules>> = {
  concurrency: { maxConcurrentRequestsForObject: positive, idealConcurrentRequestSize: positive },
  retries: { maxTries: positive, initialBackoffMs: milliseconds, maxBackoffMs: milliseconds },
  timeouts: {
    connectTimeoutMs: milliseconds,
    readTimeoutMs: milliseconds,
    operationTimeoutMs: milliseconds,
    operationAttemptTimeoutMs: milliseconds,
    networkStreamTimeoutMs: milliseconds,
  },
};

const fields: OptionRules = {
  unsafeUseConditionalUpdate: flag,
  unsafeUseConditionalCreate: flag,
  unsafeUseMetadata: flag,
  storageClass: text,
  metadataStorageClass: text,
  chunksStorageClass: text,
  minimumSizeForMultipartUpload: positive,
};

function checkSettings(settings: object): void {
  checkObject('settings', settings);
  for (const [name, value] of Object.entries(settings)) {
    const group = Object.hasOwn(groups, name) ? groups[name] : undefined;
    if (group && value !== undefined && value !== null) checkGroup(name, value, group);
    if (!group) checkField(`settings.${name}`, value, Object.hasOwn(fields, name) ? fields[name] : undefined);
  }
}

function checkGroup(name: string, value: unknown, rules: OptionRules): void {
  checkObject(`settings.${name}`, value);
  for (const [field, entry] of Object.entries(value as object)) {
    checkField(`settings.${name}.${field}`, entry, Object.hasOwn(rules, field) ? rules[field] : undefined);
  }
}

function checkObject(name: string, value: unknown): void {
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(`${name} takes an object`);
}

function checkField(name: string, value: unknown, rule: OptionRule | undefined): void {
  if (!rule) throw invalid(`${name} is no setting`);
  if (value === undefined || value === null) return;
  if (!rule.holds(value)) throw invalid(`${name} takes ${rule.says}`);
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
