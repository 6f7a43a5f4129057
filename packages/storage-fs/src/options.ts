import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  checkOptions,
  type EventListener,
  type OptionRules,
  optionRules,
  StorageError,
  type StorageSettings,
} from '@icechunk/storage-core';

/** Options of {@link localFilesystemStorage}. */
export interface LocalFilesystemOptions {
  /**
   * `true` writes each object and its folder through to the disk before the write is acknowledged, so that it outlives a
   * loss of power. Default `false`: it outlives the process, as with Icechunk's other clients.
   */
  readonly durable?: boolean;
  /** `true` refuses every write with `read_only` before any I/O. Default `false`. */
  readonly readOnly?: boolean;
  /** Laid over the defaults: one try, no splitting of reads, no timeouts. */
  readonly settings?: StorageSettings;
  /** Told of retries, recovered writes, dropped conditions and skipped names. Default: nobody is. */
  readonly onEvent?: EventListener;
}

const { flag, object, callback } = optionRules;

const rules: OptionRules = {
  durable: flag,
  readOnly: flag,
  settings: { ...object, says: 'an object of settings' },
  onEvent: callback,
};

/**
 * The absolute path of a storage's folder, fixed now: a later change of the working folder does not move it.
 *
 * @param path A path, relative to the working folder or absolute, or a `file:` URL.
 * @throws {@link StorageError} `invalid_options`.
 */
export function resolveRoot(path: string | URL): string {
  if (path instanceof URL) return fromUrl(path);
  if (typeof path !== 'string' || path === '') throw invalid('path takes the path of a folder, or its file: URL');
  // A letter alone before the colon is a drive of Windows; an address of a cloud store must not become a local folder.
  // Of a file: URL with one slash, as other languages print it, a folder called `file:` would be made.
  if (/^([a-z][a-z0-9+.-]+:\/\/|file:\/)/i.test(path)) return fromUrl(parseUrl(path));
  return absolute(path);
}

/**
 * Passes options of the right names and types.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field and what it takes.
 */
export function checkLocalFilesystemOptions(options: LocalFilesystemOptions): void {
  checkOptions(options, rules);
}

function parseUrl(address: string): URL {
  try {
    return new URL(address);
  } catch {
    throw invalid('path is no valid URL');
  }
}

function fromUrl(url: URL): string {
  if (url.protocol !== 'file:') throw invalid(`path takes a file: URL, not one of ${url.protocol}`);
  // They are no part of the path, so that another folder than the one that was meant would be taken.
  if (url.search !== '' || url.hash !== '') {
    throw invalid('path is a file: URL with a ? or #: in the name of a folder they are written %3F and %23');
  }
  return absolute(pathOf(url));
}

function pathOf(url: URL): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new StorageError({ kind: 'invalid_options', message: 'path is a file: URL that names no local path', cause });
  }
}

function absolute(path: string): string {
  if (path.includes('\0')) throw invalid('path must not hold a NUL character');
  return resolve(path);
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
