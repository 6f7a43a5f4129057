import { createMutations } from '../src/atomic-write.ts';
import { LocalFilesystemClient } from '../src/client.ts';
import { realDisk } from '../src/disk.ts';

/** The client that `localFilesystemStorage` makes of a folder, for tests that put something between it and the storage. */
export function localClient(root: string): LocalFilesystemClient {
  return new LocalFilesystemClient({ disk: realDisk, root, platform: process.platform }, createMutations({ root }));
}
