import { execFile } from 'node:child_process';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { localFilesystemStorage } from '@icechunk/storage-fs';
import { type Measurement, spread } from './paired.ts';

const MEBIBYTE = 1024 * 1024;
const GOAL_MEBIBYTES = 64;

/** How much the resident memory of a fresh process grows while it reads 1 GiB as a stream. */
export async function streamMemory(folder: string, rounds: number): Promise<Measurement> {
  const path = join(folder, 'stream');
  await writeSparse(path);
  const grown: number[] = [];
  for (let round = 0; round < rounds; round++) grown.push(await inFreshProcess(path));
  const ours = spread(grown);
  const reached = ours.max < GOAL_MEBIBYTES;
  return {
    case: 'fs, 1 GiB as a stream',
    rival: '',
    figure: 'MiB grown',
    ours,
    goal: `< ${GOAL_MEBIBYTES} MiB`,
    reached,
  };
}

async function writeSparse(path: string): Promise<void> {
  await localFilesystemStorage(path).putObject('object', new Uint8Array(1));
  const file = await open(join(path, 'object'), 'r+');
  await file.truncate(1024 * MEBIBYTE);
  await file.close();
}

async function inFreshProcess(path: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [...process.execArgv, import.meta.filename, path]);
  return Number(stdout);
}

async function grownMebibytes(path: string): Promise<number> {
  const storage = localFilesystemStorage(path);
  await (await storage.getObject('object', { range: { start: 0, end: MEBIBYTE } })).bytes();
  const before = process.memoryUsage.rss();
  let [read, most] = [0, before];
  for await (const chunk of (await storage.getObject('object')).stream()) {
    read += chunk.byteLength;
    most = Math.max(most, process.memoryUsage.rss());
  }
  if (read !== 1024 * MEBIBYTE) throw new Error(`read ${read} bytes`);
  return (most - before) / MEBIBYTE;
}

const [, script, path] = process.argv;
if (script === import.meta.filename && path !== undefined) process.stdout.write(String(await grownMebibytes(path)));
