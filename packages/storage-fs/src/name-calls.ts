import * as direct from 'node:fs';
import * as pooled from 'node:fs/promises';

/** The calls that touch names and a status alone, never bytes. */
export type NameCalls = Pick<typeof pooled, 'link' | 'symlink' | 'lstat' | 'unlink'>;

/** Through the thread pool: the way there and back takes some 50 us, and nobody else waits however long the disk does. */
export const pooledCalls: NameCalls = pooled;

/**
 * Made at once, on the caller's thread. For file systems of this machine, where such a call takes a few microseconds:
 * a write of 4 KiB would otherwise spend most of its time on the way to the thread pool.
 */
export const directCalls: NameCalls = {
  link: async (from, to) => direct.linkSync(from, to),
  symlink: async (target, path) => direct.symlinkSync(target, path),
  // For names of links: a file that goes with its last name may have much to free.
  unlink: async (path) => direct.unlinkSync(path),
  lstat: (async (path: direct.PathLike, options: direct.StatOptions) =>
    direct.lstatSync(path, options)) as NameCalls['lstat'],
};
