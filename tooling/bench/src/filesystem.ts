import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Storage, VersionInfo } from '@icechunk/storage-core';
import { localFilesystemStorage } from '@icechunk/storage-fs';
import { type Contender, compare, type Measurement } from './paired.ts';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/** Sizes with how often each is written in a round, and how many times the bare calls' time may be taken. */
const sizes = [
  { label: '4 KiB', sizeBytes: 4 * KIBIBYTE, operations: 300, most: 2 },
  { label: '1 MiB', sizeBytes: MEBIBYTE, operations: 60, most: 1.2 },
  { label: '12 MiB', sizeBytes: 12 * MEBIBYTE, operations: 12, most: 1.2 },
] as const;

/** Put, get and conditional update against bare `fs/promises` doing the same work in the same folder. */
export async function filesystem(folder: string, rounds: number): Promise<Measurement[]> {
  const storage = localFilesystemStorage(join(folder, 'ours'));
  const bare = join(folder, 'bare');
  await mkdir(bare, { recursive: true });
  const rows: Measurement[] = [];
  for (const { label, sizeBytes, operations, most } of sizes) {
    const data = new Uint8Array(sizeBytes).fill(7);
    const options = { operations, rounds, most };
    rows.push(await compare(`fs put ${label}`, putting(storage, data), bareRename(bare, data), options));
    rows.push(await compare(`fs get ${label}`, getting(storage), bareRead(bare), options));
  }
  const data = new Uint8Array(4 * KIBIBYTE);
  const rival = { ...putting(storage, data), name: 'unconditional put' };
  rows.push(await compare('fs update 4 KiB', updating(storage, data), rival, { operations: 200, rounds, most: 3 }));
  await storage.close();
  return rows;
}

function putting(storage: Storage, data: Uint8Array): Contender {
  return {
    name: 'put',
    run: async (operations) => {
      for (let index = 0; index < operations; index++) await storage.putObject(`k${index % 10}`, data);
    },
  };
}

function bareRename(folder: string, data: Uint8Array): Contender {
  let count = 0;
  return {
    name: 'fs: write, rename',
    run: async (operations) => {
      for (let index = 0; index < operations; index++) {
        const temp = join(folder, `temp${count++}`);
        await writeFile(temp, data);
        await rename(temp, join(folder, `k${index % 10}`));
      }
    },
  };
}

function getting(storage: Storage): Contender {
  return {
    name: 'get',
    run: async (operations) => {
      for (let index = 0; index < operations; index++) await (await storage.getObject(`k${index % 10}`)).bytes();
    },
  };
}

function bareRead(folder: string): Contender {
  return {
    name: 'fs: readFile',
    run: async (operations) => {
      for (let index = 0; index < operations; index++) await readFile(join(folder, `k${index % 10}`));
    },
  };
}

function updating(storage: Storage, data: Uint8Array): Contender {
  let version: VersionInfo | undefined;
  return {
    name: 'update',
    run: async (operations) => {
      version ??= (await storage.getObject('counter').catch(() => undefined))?.version;
      for (let index = 0; index < operations; index++) {
        const condition = version ? ({ kind: 'update', version } as const) : ({ kind: 'create' } as const);
        const result = await storage.putObject('counter', data, { condition });
        if (result.kind !== 'updated') throw new Error('an update without a rival was refused');
        version = result.newVersion;
      }
    },
  };
}
