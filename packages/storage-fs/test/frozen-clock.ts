import type { FileSystem } from '../src/file-system.ts';
import { nodeFileSystem } from '../src/node-file-system.ts';

/** The real file system, on whose clock it is always the same second. */
export function withFrozenClock(folder: string): FileSystem {
  const files = nodeFileSystem(folder);
  const second = 1_795_400_000_000_000_000n;
  return {
    ...files,
    stat: async (path) => {
      const found = await files.stat(path);
      return found && { ...found, mtimeNs: second, ctimeNs: second };
    },
  };
}
