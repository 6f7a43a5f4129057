import { join } from 'node:path';
import { isAt } from './claim.ts';
import { operationOf, parseSideName } from './side-name.ts';
import { call, type Steps } from './steps.ts';
import { fileVersionOf } from './version.ts';

/**
 * Removes what killed processes left in a folder: temp files, and claims on versions that are gone.
 *
 * A temp file goes only where its owner is provably dead and no claim names it, since any process may still publish what a
 * claim names. Owners are judged before claims are looked for: a dead one lays no more of them.
 */
export function* sweep(folder: string): Steps<void> {
  const names = yield* call('sideNames', folder);
  const abandoned = yield* ofDeadOwners(names);
  const named = yield* dropDeadClaims(folder, abandoned.length === 0 ? names : yield* call('sideNames', folder));
  const unnamed = abandoned.filter((name) => !named.has(operationOf(name)));
  if (unnamed.length === 0) return;
  const clockUs = yield* call('clock', folder);
  for (const name of unnamed) {
    const path = join(folder, name);
    const stat = yield* call('stat', path);
    // Some keep an inode from being used again within the tick of its time: see HeldInodes.
    if (stat !== undefined && fileVersionOf(stat).mtimeUs < clockUs) yield* call('discard', path);
  }
}

function* ofDeadOwners(names: readonly string[]): Steps<readonly string[]> {
  const verdicts = new Map<string, boolean>();
  for (const name of names) {
    const side = parseSideName(name);
    if (side?.kind !== 'owned' || verdicts.has(side.owner)) continue;
    verdicts.set(side.owner, yield* call('isDead', side.owner));
  }
  return names.filter((name) => {
    const side = parseSideName(name);
    return side?.kind === 'owned' && verdicts.get(side.owner) === true;
  });
}

/** @returns The operations that the claims which remain are parts of. */
function* dropDeadClaims(folder: string, names: readonly string[]): Steps<ReadonlySet<string>> {
  const named = new Set<string>();
  for (const name of names) {
    const side = parseSideName(name);
    if (side?.kind !== 'claim') continue;
    const target = yield* call('readPointer', join(folder, name));
    if (target === undefined) continue;
    // Of a name that is too long for its claim only a hash is there: such a claim is removed by the next writer alone.
    const isLive = side.hashed || (yield* isAt(join(folder, side.subject), side.version));
    if (isLive) named.add(operationOf(target));
    else yield* call('discard', join(folder, name));
  }
  return named;
}
