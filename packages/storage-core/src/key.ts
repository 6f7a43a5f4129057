import { StorageError } from './errors.ts';

/**
 * The longest key, in bytes of UTF-8 with the prefix.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html (seen 2026-11)
 * @see https://cloud.google.com/storage/docs/objects#naming (seen 2026-11)
 */
const maxKeyBytes = 1_024;

// The shape of nearly every path of Icechunk: where it holds, nothing below needs to look.
const plainPath = /^[\w-]+(?:[./][\w-]+)*$/;

/**
 * Passes a path that names an object: not empty, no `/` at either end, no empty, `.` or `..` segment, no control
 * character and no lone surrogate.
 *
 * Control characters are Unicode's: 0x00 to 0x1f, 0x7f, and 0x80 to 0x9f, which XML listings do not carry safely either.
 *
 * @param what What the path is called in the error, where an operation takes more than one.
 * @throws {@link StorageError} `invalid_path`, saying what is wrong with it.
 */
export function checkPath(path: string, what = 'path'): void {
  const fault = pathFault(path);
  if (fault !== undefined) throw invalidPath(`the ${what} ${fault}`, path);
}

/**
 * A prefix without its trailing `/`: a path, or empty for the root, which `/` names as well.
 *
 * @throws {@link StorageError} `invalid_path`, saying what is wrong with it.
 */
export function checkPrefix(prefix: string): string {
  if (prefix === '' || prefix === '/') return '';
  const path = typeof prefix === 'string' && prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  const fault = pathFault(path);
  if (fault !== undefined) throw invalidPath(`the prefix ${fault}`, prefix);
  return path;
}

/**
 * Passes a key of at most {@link maxKeyBytes}.
 *
 * @param key The whole key as it is stored, prefix included.
 * @param path What the caller asked for, named in the error.
 * @throws {@link StorageError} `invalid_path`.
 */
export function checkKeyLength(key: string, path: string): void {
  if (key.length * 3 <= maxKeyBytes) return;
  if (key.length <= maxKeyBytes && new TextEncoder().encode(key).byteLength <= maxKeyBytes) return;
  throw invalidPath(`the key must have at most ${maxKeyBytes} bytes of UTF-8, prefix included`, path);
}

/** What keeps a string from being a path, in words that go on from its name; undefined where it is one. */
export function pathFault(path: string): string | undefined {
  if (typeof path !== 'string') return 'must be a string';
  if (plainPath.test(path)) return undefined;
  if (path === '') return 'must not be empty';
  if (path.startsWith('/')) return 'must not begin with "/"';
  if (path.endsWith('/')) return 'must not end with "/"';
  return textFault(path) ?? segmentsFault(path.split('/'));
}

/** What no stored name may hold, in words that go on from its name; undefined where there is nothing of it. */
export function textFault(text: string): string | undefined {
  const control = /\p{Cc}/u.exec(text);
  if (control) return `must not hold the control character ${codePoint(control[0])}`;
  const surrogate = /\p{Cs}/u.exec(text);
  if (surrogate) return `must be well-formed Unicode, and holds the lone surrogate ${codePoint(surrogate[0])}`;
  return undefined;
}

function segmentsFault(segments: readonly string[]): string | undefined {
  if (segments.includes('')) return 'must not have an empty segment';
  const dots = segments.find((segment) => segment === '.' || segment === '..');
  return dots === undefined ? undefined : `must not have the segment "${dots}"`;
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function invalidPath(message: string, path: unknown): StorageError {
  return new StorageError({ kind: 'invalid_path', message, ...(typeof path === 'string' && { path }) });
}
