import { StorageError } from '../errors.ts';
import { isEmptyVersion, type VersionInfo, type WriteCondition } from '../version.ts';
import type { EngineGetRangeArgs, EngineNewVersion, EnginePutArgs, EngineVersion } from './engine-types.ts';

/** A callback's argument, wherever it stands: the engine calls `(null, argument)` and publishes `(argument)`. */
export function argumentOf<Argument>(first: Argument | null, second: Argument | undefined): Argument {
  const argument = first ?? second;
  if (argument !== undefined && !(argument instanceof Error)) return argument;
  throw new StorageError({ kind: 'bad_response', message: 'the engine called without an argument', cause: first });
}

/**
 * The bytes of a put in memory of their own.
 *
 * @throws {@link StorageError} `invalid_options` for what is no bytes: of nothing an empty object would come.
 */
export function toPrivateBytes(data: Uint8Array): Uint8Array<ArrayBuffer> {
  // By its name, so that bytes of another realm are some, too.
  if (Object.prototype.toString.call(data) === '[object Uint8Array]') return new Uint8Array(data);
  throw new StorageError({ kind: 'invalid_options', message: 'data takes a Uint8Array' });
}

/** The range of bytes that is asked for; undefined for the whole object. */
export function toRange({ rangeStart, rangeEnd }: EngineGetRangeArgs): { start: number; end: number } | undefined {
  if (isAbsent(rangeStart) && isAbsent(rangeEnd)) return undefined;
  return { start: rangeStart ?? 0, end: rangeEnd ?? Number.MAX_SAFE_INTEGER };
}

/** A version to compare with; undefined where the engine names none. */
export function toVersion(version: EngineVersion | null | undefined): VersionInfo | undefined {
  const known = toFields(version ?? {});
  return isEmptyVersion(known) ? undefined : known;
}

/** The condition of a put: an absent version is none, one without fields means "only where no object is". */
export function toCondition(previous: EngineVersion | null | undefined): WriteCondition | undefined {
  if (isAbsent(previous)) return undefined;
  const version = toVersion(previous);
  return version ? { kind: 'update', version } : { kind: 'create' };
}

/**
 * Metadata as a record.
 *
 * @throws {@link StorageError} `invalid_options` where two names differ in nothing but case.
 */
export function toMetadata(pairs: EnginePutArgs['metadata']): Readonly<Record<string, string>> {
  const names = new Set((pairs ?? []).map(({ key }) => key.toLowerCase()));
  if (names.size < (pairs ?? []).length) {
    throw new StorageError({ kind: 'invalid_options', message: 'metadata takes each name once' });
  }
  return Object.fromEntries((pairs ?? []).map(({ key, value }) => [key, value]));
}

/**
 * A version for the engine.
 *
 * @throws {@link StorageError} `bad_response` for one that says nothing: the engine would take it for "not yet there",
 * make its next update a create, and conflict for ever.
 */
export function toEngineVersion(version: VersionInfo): EngineNewVersion {
  if (!isEmptyVersion(version)) return toFields(version);
  throw new StorageError({ kind: 'bad_response', message: 'the storage answered without a version' });
}

function toFields({ etag, generation }: EngineVersion): EngineNewVersion {
  return { ...(etag && { etag }), ...(generation && { generation }) };
}

function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
