import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Does something while no other process does it that asks for the same lock.
 *
 * The lock is a file that holds its owner's process id; that of a process which is gone counts for nothing. Two processes that
 * find such a file at the same moment may both go on, so what is done under the lock must also be harmless twice.
 */
export async function underLock<T>(file: string, act: () => Promise<T>): Promise<T> {
  while (!(await taken(file))) {
    if (await abandoned(file)) await rm(file, { force: true });
    else await delay(100);
  }
  try {
    return await act();
  } finally {
    await rm(file, { force: true });
  }
}

async function taken(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw err;
  }
}

async function abandoned(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  // Empty: its owner is between making the file and writing its id.
  if (!text) return false;
  try {
    process.kill(Number(text), 0);
    return false;
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
