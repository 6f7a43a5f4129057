import type { VersionInfo } from '@icechunk/storage-core';

/** What of a file's status names its version: all that Icechunk's other clients put into the etag. */
export interface FileVersion {
  readonly ino: bigint;
  /** Modification time in whole microseconds since 1970; 0 where it lies before. */
  readonly mtimeUs: bigint;
  readonly sizeBytes: bigint;
}

/** The fields of a bigint `stat` that a version is made of. */
export interface VersionedStat {
  readonly ino: bigint;
  readonly mtimeNs: bigint;
  readonly size: bigint;
}

const etagShape = /^"([0-9a-f]{1,16})-([0-9a-f]{1,16})-([0-9a-f]{1,16})"$/;

/** The version that a file's status stands for. Needs a bigint status: inode numbers do not fit a double. */
export function fileVersionOf(stat: VersionedStat): FileVersion {
  return { ino: stat.ino, mtimeUs: stat.mtimeNs > 0n ? stat.mtimeNs / 1000n : 0n, sizeBytes: stat.size };
}

/**
 * A file's version as callers see it: the etag `"<inode>-<mtime in us>-<size>"` in hexadecimal, quotes included.
 *
 * The same that Icechunk's Rust and Python clients compute, so that a version read by one is an update's condition in the
 * other.
 *
 * @see https://github.com/apache/arrow-rs-object-store, `src/local.rs`, `get_etag` (seen 2026-11)
 */
export function versionOf(stat: VersionedStat): VersionInfo {
  return toVersionInfo(fileVersionOf(stat));
}

/** The file system's time when the file's status last changed, in microseconds: unlike the `mtime`, nobody can set it. */
export function clockOf({ ctimeNs }: { readonly ctimeNs: bigint }): bigint {
  return ctimeNs / 1000n;
}

/** {@link versionOf}, of a version that is already taken apart. */
export function toVersionInfo(version: FileVersion): VersionInfo {
  const fields = [version.ino, version.mtimeUs, version.sizeBytes].map((field) => field.toString(16));
  return { etag: `"${fields.join('-')}"` };
}

/** The version in an etag of {@link versionOf}; undefined for any other etag, which therefore matches no file. */
export function parseVersion(version: VersionInfo): FileVersion | undefined {
  const match = etagShape.exec(version.etag ?? '');
  if (match === null) return undefined;
  const [ino, mtimeUs, sizeBytes] = match.slice(1).map((field) => BigInt(`0x${field}`)) as [bigint, bigint, bigint];
  const parsed = { ino, mtimeUs, sizeBytes };
  return toVersionInfo(parsed).etag === version.etag ? parsed : undefined;
}

/** True where both are the same state of the same file. A file that is not there has no version. */
export function isSameFileVersion(a: FileVersion | undefined, b: FileVersion | undefined): boolean {
  return (
    a !== undefined && b !== undefined && a.ino === b.ino && a.mtimeUs === b.mtimeUs && a.sizeBytes === b.sizeBytes
  );
}
