import { type BigIntStats, constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import {
  type ByteRange,
  type GetAnswer,
  type GetRequest,
  isSameVersion,
  type ObjectHead,
  StorageError,
} from '@icechunk/storage-core';
import { FileBody } from './file-body.ts';
import { linkRefused, type Place, refuseLinks } from './links.ts';
import { fileOf } from './path.ts';
import { versionOf } from './version.ts';

/** A file that is open for reading, and what its handle says of it: both of one inode, whatever is renamed meanwhile. */
export interface OpenObject {
  readonly handle: FileHandle;
  readonly stat: BigIntStats;
}

// Windows has neither flag; its links are looked for by name.
const noFollow: number | undefined = constants.O_NOFOLLOW;
// Without O_NONBLOCK, opening a pipe that somebody left in the root would wait for ever.
const openFlags: number = constants.O_RDONLY | (noFollow ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens the file of a key. The caller closes the handle.
 *
 * @throws {@link StorageError} `not_found` also for a folder, `invalid_path` for a link or below one.
 */
export async function openObject(place: Place, key: string): Promise<OpenObject> {
  const refuse = (): Promise<void> => refuseLinks(place, key, noFollow === undefined ? 'file' : 'folders');
  const handle = await openFile(place, key).catch(async (err: unknown) => {
    await refuse();
    throw err;
  });
  try {
    // Opening for reading changes nothing, so that the look for links costs no time of its own.
    const [stat] = await Promise.all([handle.stat({ bigint: true }), refuse()]);
    if (!stat.isFile()) throw noObject();
    return { handle, stat };
  } catch (err) {
    await handle.close();
    throw err;
  }
}

// Not in one expression with its `catch`: a name that is refused throws at once.
async function openFile({ disk, root, platform }: Place, key: string): Promise<FileHandle> {
  return await disk.open(fileOf(root, key, platform), openFlags);
}

/**
 * Answers a get with a body that has read nothing yet.
 *
 * Version and bytes come from one handle. They belong together, since a visible file is never written in place.
 *
 * @param open Holds the body for as long as its file is open.
 */
export async function readObject(
  place: Place,
  request: GetRequest,
  signal: AbortSignal,
  open: Set<FileBody>,
): Promise<GetAnswer> {
  const { handle, stat } = await openObject(place, request.key);
  try {
    const head = headOf(stat);
    const refusal = refusalOf(request, head);
    if (refusal) await handle.close();
    if (refusal) return refusal;
    const range = clamp(request.range, head.sizeBytes);
    return { kind: 'found', ...head, range, body: new FileBody(handle, range, signal, open) };
  } catch (err) {
    await handle.close();
    throw err;
  }
}

/** What is known of an object without reading it. Throws as {@link openObject}. */
export async function headObject(place: Place, key: string): Promise<ObjectHead> {
  await refuseLinks(place, key, 'folders');
  const stat = await place.disk.lstat(fileOf(place.root, key, place.platform), { bigint: true });
  if (stat.isSymbolicLink()) throw linkRefused();
  if (!stat.isFile()) throw noObject();
  return headOf(stat);
}

function headOf(stat: BigIntStats): ObjectHead {
  return { version: versionOf(stat), sizeBytes: Number(stat.size), lastModified: stat.mtime };
}

function refusalOf(request: GetRequest, { version }: ObjectHead): GetAnswer | undefined {
  if (request.ifVersion && !isSameVersion(request.ifVersion, version)) return { kind: 'changed' };
  if (request.ifNotVersion && isSameVersion(request.ifNotVersion, version)) return { kind: 'not_modified' };
  return undefined;
}

function clamp(range: ByteRange | undefined, sizeBytes: number): ByteRange {
  if (!range) return { start: 0, end: sizeBytes };
  if (range.start >= sizeBytes) {
    throw new StorageError({
      kind: 'invalid_range',
      message: `the object has ${sizeBytes} bytes, and the range begins at ${range.start}`,
    });
  }
  return { start: range.start, end: Math.min(range.end, sizeBytes) };
}

function noObject(): StorageError {
  return new StorageError({ kind: 'not_found', message: 'no such object' });
}
