import * as fs from 'node:fs/promises';

/** The calls of `node:fs/promises` that reads, listings and copies are made of. Tests put failing ones in their place. */
export type Disk = Pick<typeof fs, 'access' | 'open' | 'stat' | 'lstat' | 'readdir' | 'copyFile'>;

/** The disk of this machine. */
export const realDisk: Disk = fs;
