import { join } from 'node:path';
import { Refusal, TOLD } from './refusal.ts';

/** The repository that these files are of. */
export const root = join(import.meta.dirname, '../../..');

/** Runs what a command does. A refusal is told, one reason a line, and ends it with 1. */
export async function asCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    for (const reason of error.reasons) console.error(`${TOLD}${reason}`);
    process.exitCode = 1;
  }
}
