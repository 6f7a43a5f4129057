import type { statfs } from 'node:fs/promises';

/**
 * What is known of a mounted file system.
 *
 * `remote`: its kernel may answer a status from memory while another host has changed the file. `local`: a call that
 * only touches names comes back in microseconds. `other`: neither is known.
 */
export type Mount = 'local' | 'remote' | 'other';

/**
 * NFS, SMB, CIFS, SMB2, Ceph, FUSE, 9P, AFS and Lustre.
 *
 * @see https://github.com/torvalds/linux, `include/uapi/linux/magic.h` (seen 2026-11); Lustre's is in its own headers.
 */
const remoteTypes: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x00c36400, 0x65735546, 0x01021997, 0x5346414f, 0x0bd00bd0,
]);

/** ext2 to ext4, XFS, Btrfs, F2FS, tmpfs and overlayfs: the same header. */
const localTypes: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x01021994, 0x794c7630]);

/** On what a folder lies; undefined where there is no such folder yet, or no such call. */
export async function mountOf(
  folder: string,
  calls: { readonly statfs: typeof statfs },
  platform: NodeJS.Platform,
): Promise<Mount | undefined> {
  try {
    const type = (await calls.statfs(folder)).type >>> 0;
    if (remoteTypes.has(type)) return 'remote';
    // Other systems number theirs otherwise.
    return platform === 'linux' && localTypes.has(type) ? 'local' : 'other';
  } catch {
    return undefined;
  }
}
