import type { VersionInfo } from '@icechunk/storage-core';

/** One object, as one value of the area. */
export interface StoredObject {
  readonly version: VersionInfo;
  readonly writtenMs: number;
  readonly contentType?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

// Arguments of one call: all engines take as many.
const CHUNK = 8_192;

/** An object as text: a line of JSON, and then a character of 0 to 255 for each byte. */
export function encodeObject({ bytes, ...head }: StoredObject): string {
  const parts = [JSON.stringify(head), '\n'];
  for (let at = 0; at < bytes.byteLength; at += CHUNK)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  return parts.join('');
}

/** What {@link encodeObject} made a text of. The bytes are the caller's. */
export function decodeObject(text: string): StoredObject {
  const start = text.indexOf('\n') + 1;
  const bytes = new Uint8Array(text.length - start);
  for (let at = 0; at < bytes.byteLength; at++) bytes[at] = text.charCodeAt(start + at);
  return { ...(JSON.parse(text.slice(0, start)) as Omit<StoredObject, 'bytes'>), bytes };
}
