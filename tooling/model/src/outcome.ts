import {
  type DeleteObjectsResult,
  type GetModifiedResult,
  isStorageError,
  type ListInfo,
  type ObjectBody,
  type VersionedUpdateResult,
  type VersionInfo,
} from '@icechunk/storage-core';

/** What an operation came to, as plain data. */
export type Outcome =
  | { readonly kind: 'updated'; readonly newVersion: VersionInfo }
  | { readonly kind: 'not_on_latest_version' | 'on_latest_version' }
  | FoundOutcome
  | { readonly kind: 'deleted'; readonly objects: number; readonly bytes: number; readonly failures: readonly string[] }
  | { readonly kind: 'listed'; readonly objects: readonly { readonly id: string; readonly sizeBytes: number }[] }
  /** A valid time of last change. */
  | { readonly kind: 'dated' }
  /** The kind of the StorageError, or another error in words. */
  | { readonly kind: 'error'; readonly error: string };

/** An object that was read whole, or a range of it. */
export interface FoundOutcome {
  readonly kind: 'found';
  readonly text: string;
  readonly version: VersionInfo;
  /** Of the whole object. */
  readonly sizeBytes: number;
  readonly contentType?: string;
}

/** UTF-8. */
export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Awaits what a method of a storage gives, reads its body or its listing to the end, and says what came of it. */
export async function outcomeOf(pending: unknown): Promise<Outcome> {
  try {
    return isIterable(pending) ? await listed(pending) : await settled(await pending);
  } catch (err) {
    return { kind: 'error', error: isStorageError(err) ? err.kind : String(err) };
  }
}

/**
 * The version that a write gave.
 *
 * @throws Error where it was refused.
 */
export async function written(pending: Promise<VersionedUpdateResult>): Promise<VersionInfo> {
  const result = await pending;
  if (result.kind === 'updated') return result.newVersion;
  throw new Error(`expected updated, saw ${result.kind}`);
}

type Answer = VersionedUpdateResult | GetModifiedResult | ObjectBody | DeleteObjectsResult | Date;

async function settled(given: unknown): Promise<Outcome> {
  const answer = given as Answer;
  if (answer instanceof Date) {
    return Number.isNaN(answer.getTime()) ? { kind: 'error', error: 'an invalid date' } : { kind: 'dated' };
  }
  if ('deletedObjects' in answer) {
    const { deletedObjects, deletedBytes, failures } = answer;
    return { kind: 'deleted', objects: deletedObjects, bytes: deletedBytes, failures: failures.map(({ id }) => id) };
  }
  if (!('kind' in answer)) return await found(answer);
  return answer.kind === 'modified' ? await found(answer.object) : answer;
}

async function found(body: ObjectBody): Promise<Outcome> {
  const text = new TextDecoder().decode(await body.bytes());
  const { version, sizeBytes, contentType } = body;
  return { kind: 'found', text, version, sizeBytes, ...(contentType !== undefined && { contentType }) };
}

async function listed(listing: AsyncIterable<ListInfo>): Promise<Outcome> {
  const objects: { id: string; sizeBytes: number }[] = [];
  for await (const { id, sizeBytes, createdAt } of listing) {
    if (!(createdAt instanceof Date) || Number.isNaN(createdAt.getTime())) {
      return { kind: 'error', error: `"${id}" is listed with an invalid date` };
    }
    objects.push({ id, sizeBytes });
  }
  return { kind: 'listed', objects };
}

function isIterable(value: unknown): value is AsyncIterable<ListInfo> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
