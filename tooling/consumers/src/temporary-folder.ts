import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWatchdog } from '@icechunk-tooling/servers';

/** Lends an empty folder outside the repository, which is removed afterwards, also where this process is killed. */
export async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'icechunk-consumers-')));
  const watchdog = startWatchdog(folder);
  try {
    return await use(folder);
  } finally {
    await watchdog.finish();
  }
}
