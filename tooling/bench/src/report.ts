import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes what was measured, and with which Node, as JSON, into a folder that is made where there is none. */
export async function writeReport(
  file: string,
  { rounds, rows }: { readonly rounds: number; readonly rows: readonly object[] },
): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ node: process.version, rounds, rows }, undefined, 2)}\n`);
}
