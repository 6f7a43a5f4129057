import { dirname, join } from 'node:path';
import { claimFile, isRemoval, maxClaims, parseSideName, withdrawnName } from './side-name.ts';
import { call, type Steps } from './steps.ts';
import { type FileVersion, fileVersionOf, isSameFileVersion } from './version.ts';

/**
 * What came of the wish to follow a version.
 *
 * `laid`: nobody else may follow it. `lost`: it is no longer the object's version. `busy`: a living process has claimed to
 * delete it, and only that one can.
 *
 * A lost claim may still have been our own: where the answer to a request is lost, an NFS client sends it again and is told
 * that the name exists; by then others may have carried the claim to its end and removed it.
 */
export type Claim =
  | { readonly kind: 'laid'; readonly number: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'busy'; readonly claim: string };

/**
 * Claims the right to follow `version` of the object at `file`, by a file whose name is made of both.
 *
 * Whoever finds the name taken first carries that claim to its end. Where the claim can never come to an end (its writer
 * withdrew, or died before a delete) it stays, void for ever, and the next number is the one to get: were it removed, a
 * second process that found it void at the same time could remove the one that came after it.
 *
 * @param target The name of the temp file that is to follow, or of a removal.
 */
export function* layClaim(file: string, version: FileVersion, target: string): Steps<Claim> {
  for (let number = 0; number < maxClaims; number++) {
    const claim = claimFile(file, version, number);
    if (yield* point(target, claim)) return { kind: 'laid', number };
    const other = yield* call('readPointer', claim);
    // A claim is only ever removed when its version is gone.
    if (other === undefined) return { kind: 'lost' };
    if (other === target) return { kind: 'laid', number };
    const state = yield* settle(file, version, other);
    if (state === 'busy') return { kind: 'busy', claim };
    if (state === 'gone') {
      yield* dropClaims(file, version, number);
      return { kind: 'lost' };
    }
  }
  return { kind: 'busy', claim: claimFile(file, version, maxClaims - 1) };
}

// A call that fails may have come through all the same, as on NFS that is mounted `soft`. The claim then stands, and others
// act on it.
function* point(target: string, claim: string): Steps<boolean> {
  let failure: unknown;
  try {
    return yield* call('point', target, claim);
  } catch (error) {
    failure = error;
  }
  try {
    if ((yield* call('readPointer', claim)) === target) return true;
  } catch {}
  throw failure;
}

/** Removes the claims up to `number` on a version that the object no longer has. */
export function* dropClaims(file: string, version: FileVersion, number: number): Steps<void> {
  for (let each = number; each >= 0; each--) yield* call('discard', claimFile(file, version, each));
}

/** True where the object has this version at the moment of the call. */
export function* isAt(file: string, version: FileVersion): Steps<boolean> {
  const stat = yield* call('stat', file);
  return stat !== undefined && isSameFileVersion(fileVersionOf(stat), version);
}

function* settle(file: string, version: FileVersion, target: string): Steps<'gone' | 'void' | 'busy'> {
  if (!(yield* isAt(file, version))) return 'gone';
  // No writer of ours made it, and a name with folders in it would lead out of this one.
  if (parseSideName(target)?.kind !== 'owned') return 'void';
  if (isRemoval(target)) return (yield* isAbandoned(dirname(file), target)) ? 'void' : 'busy';
  // Of all renames of this temp file, by its writer and by any number of helpers, one succeeds.
  if (yield* call('rename', join(dirname(file), target), file)) return 'gone';
  // Gone without having been published: withdrawn by its writer.
  return (yield* isAt(file, version)) ? 'void' : 'gone';
}

function* isAbandoned(folder: string, removal: string): Steps<boolean> {
  const side = parseSideName(removal);
  if (side?.kind === 'owned' && (yield* call('isDead', side.owner))) return true;
  return (yield* call('stat', join(folder, withdrawnName(removal)))) !== undefined;
}
