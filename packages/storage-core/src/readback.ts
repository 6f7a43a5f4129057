import type { ObjectHead } from './client.ts';
import { StorageError } from './errors.ts';
import { isEmptyVersion, type VersionedUpdateResult, type VersionInfo } from './version.ts';

/**
 * User metadata that names one logical put, the same in all its attempts: a later reader can tell by it whose write
 * landed. Letters only, since Azure takes no `-` in metadata names and nginx drops headers with `_`.
 */
export const WRITE_ID = 'icechunkwriteid';

/** What Icechunk's clients called it before 2026-08. Only ever read past. */
export const OLD_WRITE_ID = 'icechunk_write_id';

/** What reading an object back says of a put of ours. */
export type Readback =
  | { readonly kind: 'ours'; readonly version: VersionInfo }
  /** Our id, over fewer or more bytes than were sent. */
  | { readonly kind: 'damaged'; readonly sizeBytes: number; readonly sentBytes: number }
  /** Another write's id, or metadata without one. */
  | { readonly kind: 'not_ours' }
  /** No object: ours may have been there and be deleted since. */
  | { readonly kind: 'absent' }
  /** No metadata at all: the store may not keep any, and our write may be there without its id. */
  | { readonly kind: 'no_metadata' };

/** What a put is told by, among all others. */
export interface Written {
  readonly writeId: string;
  readonly sizeBytes: number;
}

/** @param head What a HEAD answered; undefined where there is no object. */
export function classify(written: Written, head: ObjectHead | undefined): Readback {
  if (!head) return { kind: 'absent' };
  if (head.metadata?.[WRITE_ID] === written.writeId) return ours(head, written.sizeBytes);
  const hasMetadata = head.metadata !== undefined && Object.keys(head.metadata).length > 0;
  return { kind: hasMetadata ? 'not_ours' : 'no_metadata' };
}

function ours({ version, sizeBytes }: ObjectHead, sentBytes: number): Readback {
  return sizeBytes === sentBytes ? { kind: 'ours', version } : { kind: 'damaged', sizeBytes, sentBytes };
}

/**
 * The outcome of a put whose condition was refused.
 *
 * Ours under our id: an earlier attempt had landed. Another's: a real conflict. Where nothing tells, it is a conflict
 * only if no earlier attempt can have landed.
 *
 * @param mayHaveLanded An earlier attempt of this put ended without an answer.
 */
export function resolveRefused(readback: Readback, mayHaveLanded: boolean): VersionedUpdateResult {
  if (readback.kind === 'ours') return landed(readback.version);
  if (readback.kind === 'damaged') throw damaged(readback);
  if (readback.kind !== 'not_ours' && mayHaveLanded) throw outcomeUnknown();
  return { kind: 'not_on_latest_version' };
}

/** The outcome of a put whose last attempt ended without an answer: success where it is ours and whole, else its own error. */
export function resolveUnanswered(readback: Readback, error: StorageError): VersionedUpdateResult {
  if (readback.kind === 'ours') return landed(readback.version);
  if (readback.kind === 'damaged') throw damaged(readback);
  throw error;
}

/** For a put that may have landed, where nothing can tell. */
export function outcomeUnknown(): StorageError {
  return new StorageError({
    kind: 'outcome_unknown',
    message:
      'an attempt ended without an answer and the next was refused: the first may have landed, and no user metadata can be read that would tell',
  });
}

type Damaged = Extract<Readback, { readonly kind: 'damaged' }>;

function damaged({ sizeBytes, sentBytes }: Damaged): StorageError {
  return new StorageError({
    kind: 'bad_response',
    message: `the write landed with ${sizeBytes} of its ${sentBytes} bytes`,
  });
}

function landed(version: VersionInfo): VersionedUpdateResult {
  if (!isEmptyVersion(version)) return { kind: 'updated', newVersion: version };
  throw new StorageError({
    kind: 'bad_response',
    message: 'the write landed, and the object was read back without a version',
  });
}
