import type { Storage } from '../contract.ts';
import { isStorageError } from '../errors.ts';
import type { VersionInfo } from '../version.ts';
import { check, fail, showError } from './assert.ts';
import { listed, read, show } from './objects.ts';

/** A key, and the folder that is listed to find it. */
export interface TracedKey {
  /** Empty for the root. */
  readonly folder: string;
  readonly name: string;
}

/** What each operation made of a key, in a few words each. */
export type KeyTrace = ReadonlyMap<string, string>;

// Where the copies of every key go and come from.
const beside = 'beside/copy';

/** Runs every operation on a key, and lets none of them stop the others. The object is gone afterwards. */
export async function traceKey(storage: Storage, key: TracedKey): Promise<KeyTrace> {
  const { folder, name } = key;
  const path = pathOf(key);
  const [first, second] = [new Uint8Array([1, 2, 3]), new Uint8Array([4, 5, 6, 7])];
  const steps = new Map<string, string>();
  const step = async (what: string, work: () => Promise<string>): Promise<void> => {
    steps.set(what, await work().catch(wordsOf));
  };
  let version: VersionInfo | undefined;
  await step('put', async () => {
    const result = await storage.putObject(path, first);
    if (result.kind === 'updated') version = result.newVersion;
    return result.kind;
  });
  await step('get', async () => bytesOf(storage, path, first));
  await step('conditional get', async () => {
    const result = await storage.getObjectConditional(path, version);
    if (result.kind === 'modified') await result.object.cancel();
    return result.kind;
  });
  await step('time of last change', async () => typeof (await storage.getObjectLastModified(path)));
  await step('list', async () => {
    const ids = [...new Set(await listed(storage, folder))];
    return ids.includes(name) ? 'listed' : `listed as ${show(ids.slice(0, 5))}`;
  });
  await step('copy from it', async () => {
    const { kind } = await storage.copyObject(path, beside);
    return `${kind}, then ${await bytesOf(storage, beside, first)}`;
  });
  await step('copy to it', async () => {
    await storage.putObject(beside, second);
    const { kind } = await storage.copyObject(beside, path);
    return `${kind}, then ${await bytesOf(storage, path, second)}`;
  });
  await step('delete', async () => {
    const { deletedObjects, failures } = await storage.deleteObjects(folder, [{ id: name, sizeBytes: 4 }]);
    if (failures[0]) throw failures[0].error;
    return `${deletedObjects} deleted`;
  });
  await step('get after the delete', async () => bytesOf(storage, path, second));
  await storage.deleteObjects('', [{ id: beside, sizeBytes: 4 }]);
  return steps;
}

/** Fails where an operation treats the key otherwise than it treated another key, which has nothing special. */
export function checkTreatedAlike(key: TracedKey, seen: KeyTrace, plain: KeyTrace): void {
  for (const [what, outcome] of seen) {
    const expected = plain.get(what);
    // A listing that leaves out any key does not do so because of this one.
    if (outcome === expected || (what === 'list' && expected !== 'listed')) continue;
    fail(`${show(pathOf(key))}: ${what}: saw ${outcome}; of a key with nothing special: ${expected}`);
  }
}

/** True where the put refused the key; fails where another operation then does not. */
export function isRefused(key: TracedKey, seen: KeyTrace): boolean {
  if (seen.get('put') !== 'invalid_path') return false;
  for (const [what, outcome] of seen) {
    const holds = what === 'list' ? outcome !== 'listed' : outcome === 'invalid_path';
    check(
      holds,
      `${show(pathOf(key))}: the put refuses it with invalid_path, and for ${what} the answer is ${outcome}`,
    );
  }
  return true;
}

/** Where the key's object lies. */
export function pathOf({ folder, name }: TracedKey): string {
  return folder === '' ? name : `${folder}/${name}`;
}

async function bytesOf(storage: Storage, path: string, expected: Uint8Array): Promise<string> {
  const { bytes } = await read(storage, path);
  return show([...bytes]) === show([...expected]) ? 'its bytes' : `the bytes ${show([...bytes.subarray(0, 8)])}`;
}

function wordsOf(err: unknown): string {
  return isStorageError(err) ? err.kind : showError(err);
}
