import { type ByteRange, isEmptyVersion, rawKeys, StorageError, type WriteCondition } from '@icechunk/storage-core';

// What `createStorage` checks for a backend that has it around itself.

const MAX_KEY_BYTES = 1_024;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const PRINTABLE = /^[\x20-\x7e]*$/;

const plain = rawKeys();

/** Refuses what is no path: core's key mapping knows them. */
export function checkPath(path: string, prefix: string): void {
  if (typeof path !== 'string' || plain.toPath(path) === undefined)
    throw refusal('invalid_path', 'the path must be segments of text between "/"', path);
  if (new TextEncoder().encode(`${prefix}/${path}`).byteLength > MAX_KEY_BYTES)
    throw refusal('invalid_path', `the key must have at most ${MAX_KEY_BYTES} bytes, prefix included`, path);
}

/** A prefix as a path, empty for the root. */
export function pathOfPrefix(prefix: string, root: string): string {
  const path = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  if (path !== '') checkPath(path, root);
  return path;
}

/** What of a range an object has. */
export function clamp(range: ByteRange | undefined, sizeBytes: number, path: string): ByteRange {
  const { start, end } = range ?? { start: 0, end: sizeBytes };
  // Bytes that nobody asked for cannot be missing.
  if (start === end) return { start, end };
  if (start >= sizeBytes) throw refusal('invalid_range', `the object has ${sizeBytes} bytes`, path);
  return { start, end: Math.min(end, sizeBytes) };
}

/** Refuses a range that no object can have. */
export function checkRange({ start, end }: ByteRange, path: string): void {
  const whole = [start, end].every((edge) => Number.isSafeInteger(edge) && edge >= 0);
  if (!whole || end < start) throw refusal('invalid_range', 'range takes whole bytes from 0, its end not first', path);
}

/** Refuses bytes that another thread could change. */
export function checkData(data: Uint8Array): void {
  const isPrivate = data instanceof Uint8Array && data.buffer instanceof ArrayBuffer;
  if (!isPrivate) throw refusal('invalid_options', 'data takes a Uint8Array on memory that is not shared');
}

/** Refuses names and values that some other storage could not keep. */
export function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  const names = Object.keys(metadata).map((name) => name.toLowerCase());
  if (!names.every((name) => TOKEN.test(name)) || new Set(names).size < names.length)
    throw refusal('invalid_options', 'metadata names take HTTP tokens, unique whatever their case');
  if (!Object.values(metadata).every((value) => PRINTABLE.test(value) && value.trim() === value))
    throw refusal('invalid_options', 'metadata values take printable ASCII without spaces at their ends');
}

/** Refuses a content type that could not be sent as a header. */
export function checkContentType(contentType: string): void {
  if (typeof contentType !== 'string' || contentType === '' || !PRINTABLE.test(contentType))
    throw refusal('invalid_options', 'contentType takes printable ASCII');
}

/** Refuses a condition that says nothing. */
export function checkCondition(condition: WriteCondition): void {
  if (condition.kind === 'create' || (condition.kind === 'update' && !isEmptyVersion(condition.version))) return;
  throw refusal('invalid_options', "condition takes kind 'create', or 'update' with a version");
}

function refusal(
  kind: 'invalid_path' | 'invalid_range' | 'invalid_options',
  message: string,
  path?: string,
): StorageError {
  return new StorageError({ kind, message, ...(typeof path === 'string' && { path }) });
}
