import { StorageError } from '@icechunk/storage-core';

/** The operating systems whose file names have rules of their own, by Node's names; any other is taken for a POSIX one. */
export type Platform = NodeJS.Platform;

/**
 * The longest name of a file or folder, in bytes: of ext4, XFS, btrfs, APFS and NTFS alike, since stored names are ASCII.
 *
 * @see https://doc.owncloud.com/server/10.14/admin_manual/troubleshooting/path_filename_length.html (seen 2026-11)
 */
const maxNameBytes = 255;

// Temp files, claims and upstream's staging files. No key ends so: `#` is percent-encoded in keys.
const hidden = /#\d+$/;

/**
 * What NFS, SMB and FUSE call a file that is replaced or removed while a program has it open.
 *
 * @see https://github.com/torvalds/linux, `fs/nfs/unlink.c`; https://github.com/libfuse/libfuse, `lib/fuse.c` (seen 2026-11)
 */
const movedAside =
  /^\.(?:(?:nfs|smb)[0-9a-f]{24}|nfs\.[0-9a-f]{8}\.[0-9a-f]{4}|fuse_hidden[0-9a-f]{16}|__smbfile_silly[0-9a-f]+)$/;

// The list in Microsoft's "Naming Files, Paths, and Namespaces", as others quote it (seen 2026-11), with the COM0 of
// object_store's `local.rs` and the two names of the console.
const windowsDevice = /^(?:con|prn|aux|nul|conin\$|conout\$|com\d|lpt\d) *(?:\.|$)/i;

/** True for the names of files that are not objects: they are never listed. */
export function isHiddenName(name: string): boolean {
  return hidden.test(name) || movedAside.test(name);
}

/**
 * The file of a key: the root, then one folder for each segment, each named as the segment is stored.
 *
 * Stored segments are ASCII (`objectStoreKeys` in core), so that no file system can normalise them. On Windows `:` is
 * written `%3A`, as Icechunk's other clients do.
 *
 * @param root An absolute path.
 * @throws {@link StorageError} `invalid_path` where the platform cannot store a segment under its own name.
 */
export function fileOf(root: string, key: string, platform: Platform): string {
  let file = root;
  for (const segment of key.split('/')) {
    const fault = nameFault(nameOf(segment, platform), platform);
    if (fault !== undefined) throw new StorageError({ kind: 'invalid_path', message: fault });
    file = childOf(file, segment, platform);
  }
  return file;
}

/** What lies in a folder under a segment of a key, also one that {@link fileOf} refuses. */
export function childOf(folder: string, segment: string, platform: Platform): string {
  const separator = platform === 'win32' ? '\\' : '/';
  return (folder.endsWith(separator) ? folder : folder + separator) + nameOf(segment, platform);
}

/** The segment of a key that is stored under a name. */
export function segmentOf(name: string, platform: Platform): string {
  return platform === 'win32' ? name.replaceAll('%3A', ':') : name;
}

function nameOf(segment: string, platform: Platform): string {
  return platform === 'win32' ? segment.replaceAll(':', '%3A') : segment;
}

function nameFault(name: string, platform: Platform): string | undefined {
  if (name.length > maxNameBytes) {
    return `each segment of a path must have at most ${maxNameBytes} bytes, percent-encoded, and one has ${name.length}`;
  }
  if (movedAside.test(name)) return `network file systems give names such as "${name}" to files that are deleted`;
  if (platform !== 'win32') return undefined;
  if (windowsDevice.test(name)) return `Windows takes the segment "${name}" for a device`;
  if (/[. ]$/.test(name)) return `Windows drops the dots and spaces that the segment "${name}" ends in`;
  return undefined;
}
