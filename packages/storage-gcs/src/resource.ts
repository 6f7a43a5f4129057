import { type ObjectHead, type PutAnswer, StorageError } from '@icechunk/storage-core';
import { badAnswer } from './errors.ts';
import { type GcsAnswer, jsonOf } from './http.ts';
import { versionOf } from './version.ts';

/**
 * What the JSON API says of an object, as far as it is used.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects (seen 2026-11)
 */
export interface ObjectResource {
  readonly name: string;
  readonly generation: string;
  readonly etag: string;
  /** In bytes. */
  readonly size: string;
  readonly updated: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly cacheControl: string;
  readonly contentDisposition: string;
  readonly contentEncoding: string;
  readonly contentLanguage: string;
  readonly customTime: string;
}

/** A text of JSON that is a number of bytes; undefined where it is none. */
export function bytesIn(text: unknown): number | undefined {
  const size = typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : undefined;
  return size !== undefined && Number.isSafeInteger(size) ? size : undefined;
}

/** A time of JSON or of a header; undefined where it is none. */
export function timeIn(text: string | undefined): Date | undefined {
  const time = new Date(text ?? '');
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** User metadata, with names in lower case as headers have them. */
export function lowerCased(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]));
}

/** @throws {@link StorageError} `bad_response` where the answer does not say which generation the object has, or how large it is. */
export function headOf(resource: Partial<ObjectResource>, status: number): ObjectHead {
  const { generation, etag, size, updated, contentType, metadata = {} } = resource;
  const sizeBytes = bytesIn(size);
  if (sizeBytes === undefined) throw badAnswer('the answer does not say how large the object is', status);
  const lastModified = timeIn(updated);
  return {
    version: versionOf(generation, etag, status),
    sizeBytes,
    ...(lastModified && { lastModified }),
    ...(contentType && { contentType }),
    metadata: lowerCased(metadata),
  };
}

/**
 * What an upload came to.
 *
 * @throws {@link StorageError} `bad_response` where the object has another size than what was sent, or no generation.
 */
export async function storedBy(answer: GcsAnswer, sizeBytes: number): Promise<PutAnswer> {
  const { generation, etag, size } = await jsonOf<ObjectResource>(answer);
  const version = versionOf(generation, etag, answer.status);
  if (bytesIn(size) === sizeBytes) return { kind: 'stored', version };
  throw new StorageError({
    kind: 'bad_response',
    message: `${sizeBytes} bytes were sent, and the provider says that it stored ${size ?? 'an unknown number'}`,
    status: answer.status,
  });
}
