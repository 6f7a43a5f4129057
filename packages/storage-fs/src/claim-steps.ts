import { basename, dirname, join } from 'node:path';
import { StorageError } from '@icechunk/storage-core';
import { type Claim, dropClaims, isAt, layClaim } from './claim.ts';
import { errorCode } from './errors.ts';
import type { FileStat } from './file-system.ts';
import { claimFile, withdrawnName } from './side-name.ts';
import { call, type Steps, type Temp } from './steps.ts';
import { clockOf, type FileVersion, fileVersionOf, isSameFileVersion } from './version.ts';

/** What one object is to become, and when. */
export type Intent =
  | { readonly kind: 'create'; readonly file: string }
  | { readonly kind: 'update'; readonly file: string; readonly version: FileVersion }
  | { readonly kind: 'overwrite'; readonly file: string }
  | { readonly kind: 'remove'; readonly file: string };

/** Where an operation stands after an attempt. `again` and `busy` go on from `temp`, which nobody but its writer knows. */
export type Progress =
  | { readonly kind: 'stored'; readonly version: FileVersion }
  | { readonly kind: 'refused' }
  | { readonly kind: 'removed' }
  | { readonly kind: 'again'; readonly temp: Temp | undefined }
  | { readonly kind: 'busy'; readonly claim: string; readonly temp: Temp | undefined };

/**
 * One attempt at an intent. Whoever calls it may stop between two attempts, and then removes `temp`; once a claim is laid
 * the attempt ends only when the claim has.
 */
export function* attempt(intent: Intent, temp: Temp | undefined): Steps<Progress> {
  if (intent.kind === 'remove') return yield* remove(intent.file);
  if (temp === undefined) return { kind: 'again', temp: yield* call('writeTemp', intent.file) };
  if (intent.kind === 'update') return yield* update(intent.file, intent.version, temp);
  const existing = yield* create(intent.file, temp);
  if (existing === 'created') return { kind: 'stored', version: temp.version };
  if (intent.kind === 'overwrite') return yield* overwrite(intent.file, existing, temp);
  yield* call('discard', temp.path);
  return { kind: 'refused' };
}

function* create(file: string, temp: Temp): Steps<'created' | FileStat | undefined> {
  const linked = yield* call('link', temp.path, file);
  const existing = linked ? undefined : yield* call('stat', file);
  // NFS: the answer to our own link was lost, and the client sent it again.
  const isOurs = existing !== undefined && isSameFileVersion(fileVersionOf(existing), temp.version);
  if (!linked && !isOurs) return existing;
  yield* call('discard', temp.path);
  return 'created';
}

function* update(file: string, version: FileVersion, temp: Temp): Steps<Progress> {
  const progress = yield* replace(file, version, temp);
  return progress.kind === 'again' ? { kind: 'refused' } : progress;
}

function* overwrite(file: string, existing: FileStat | undefined, temp: Temp): Steps<Progress> {
  if (existing === undefined) return { kind: 'again', temp };
  if (existing.kind !== 'file') throw Object.assign(new Error('the path is no file'), { code: 'EISDIR' });
  return yield* replace(file, fileVersionOf(existing), temp);
}

function* replace(file: string, version: FileVersion, temp: Temp): Steps<Progress> {
  // Before the claim, since from then on anybody may publish the temp file.
  if (temp.clockUs <= version.mtimeUs) yield* call('hold', file, version.mtimeUs);
  const claim = yield* layClaim(file, version, basename(temp.path));
  if (claim.kind === 'busy') return { ...claim, temp };
  const isPublished = claim.kind === 'laid' ? yield* publish(file, version, temp) : yield* wasPublished(temp);
  if (claim.kind === 'laid') yield* dropClaims(file, version, claim.number);
  return isPublished ? { kind: 'stored', version: temp.version } : { kind: 'again', temp: undefined };
}

function* publish(file: string, version: FileVersion, temp: Temp): Steps<boolean> {
  try {
    if (yield* isAt(file, version)) {
      if (yield* call('rename', temp.path, file)) return true;
      // A helper was faster; or the temp file was taken by somebody who knows nothing of it, as those are who clean up disks.
      if (yield* isAt(file, version)) throw tempLost();
      return true;
    }
  } catch (error) {
    return yield* takeBack(file, version, temp, error);
  }
  return yield* wasPublished(temp);
}

// A version that is gone says nothing of who followed it: only the temp file knows, since it can be moved away once.
function* wasPublished(temp: Temp): Steps<boolean> {
  return !(yield* call('unlink', temp.path));
}

// The claim stays, void: the object may well be at this version still.
function* takeBack(file: string, version: FileVersion, temp: Temp, failure: unknown): Steps<true> {
  let isTakenBack: boolean;
  try {
    isTakenBack = (yield* call('unlink', temp.path)) || (yield* isAt(file, version));
  } catch (cause) {
    const message = 'the write failed half-way and could not be taken back';
    throw new StorageError({ kind: 'outcome_unknown', message, cause });
  }
  if (isTakenBack) throw failure;
  return true;
}

function tempLost(): StorageError {
  const message = 'somebody removed the temp file of this write before it was published';
  return new StorageError({ kind: 'unavailable', message });
}

function* remove(file: string): Steps<Progress> {
  const existing = yield* call('stat', file);
  // What lies where a folder is, or behind a symbolic link, is no object.
  if (existing?.kind !== 'file') return { kind: 'removed' };
  const version = fileVersionOf(existing);
  const target = yield* call('removalTarget');
  const claim = yield* claimRemoval(file, version, target);
  if (claim.kind === 'busy') return { ...claim, temp: undefined };
  if (claim.kind !== 'laid') return { kind: 'again', temp: undefined };
  const isRemoved = yield* removeClaimed(file, version, claim.number, target);
  yield* dropClaims(file, version, claim.number);
  return isRemoved ? { kind: 'removed' } : { kind: 'again', temp: undefined };
}

// With no temp file of ours in it, the folder may go together with the last object in it.
function* claimRemoval(file: string, version: FileVersion, target: string): Steps<Claim> {
  try {
    return yield* layClaim(file, version, target);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return { kind: 'lost' };
  }
}

function* removeClaimed(file: string, version: FileVersion, number: number, target: string): Steps<boolean> {
  try {
    if (!(yield* isAt(file, version))) return false;
    const claim = yield* call('stat', claimFile(file, version, number));
    // The claim was just made, so that its time is the file system's: the object's may be of the same tick.
    if (claim === undefined || clockOf(claim) <= version.mtimeUs) yield* call('hold', file, version.mtimeUs);
    yield* call('unlink', file);
    return true;
  } catch (error) {
    // Nobody else may carry out a removal: without this the object would be locked for as long as the process lives.
    yield* call('point', target, join(dirname(file), withdrawnName(target)));
    throw error;
  }
}
