import { writeSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import type { VersionInfo } from '@icechunk/storage-core';
import { createMutations } from '../src/atomic-write.ts';
import { versionOf } from '../src/version.ts';

/** Eight bytes for each increment: the number of its process and its own, both little-endian. */
export const recordBytes = 8;

/** Increments a counter until killed or done, and tells each increment that was acknowledged by its number. */
async function count(root: string, file: string, writer: number, increments: number): Promise<void> {
  const mutations = createMutations({ root });
  const signal = new AbortController().signal;
  for (let number = 1; number <= increments; ) {
    const { bytes, version } = await read(file);
    const next = Buffer.alloc(bytes.length + recordBytes);
    bytes.copy(next);
    next.writeUInt32LE(writer, bytes.length);
    next.writeUInt32LE(number, bytes.length + 4);
    const write = (tempFile: string): Promise<void> => writeFile(tempFile, next);
    const answer = await mutations.put(file, write, { kind: 'update', version }, signal);
    if (answer.kind === 'stored') writeSync(1, `${number++}\n`);
  }
}

async function read(file: string): Promise<{ readonly bytes: Buffer; readonly version: VersionInfo }> {
  const handle = await open(file);
  try {
    const stat = await handle.stat({ bigint: true });
    return { bytes: await handle.readFile(), version: versionOf(stat) };
  } finally {
    await handle.close();
  }
}

const [root, file, writer, increments] = process.argv.slice(2);
if (root !== undefined && file !== undefined) await count(root, file, Number(writer), Number(increments));
