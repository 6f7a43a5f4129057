import { StorageError } from './errors.ts';

/** Bytes of an object, half-open: `end - start` bytes from `start` on. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Passes a range that some object could have: whole numbers from 0 on, its end not before its start. It may be empty.
 *
 * @param path What is read, named in the error.
 * @throws {@link StorageError} `invalid_range`, naming the field.
 */
export function checkRange(range: ByteRange, path: string): void {
  if (typeof range !== 'object' || range === null) throw invalidRange('range takes { start, end }', path);
  for (const name of ['start', 'end'] as const) {
    if (Number.isSafeInteger(range[name]) && range[name] >= 0) continue;
    throw invalidRange(`range.${name} takes a whole number of bytes from 0, not ${shown(range[name])}`, path);
  }
  if (range.end < range.start) {
    throw invalidRange(`range.end (${range.end}) must not be before range.start (${range.start})`, path);
  }
}

// In quotes where it is a text: '0' would read as the number that is asked for.
function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/**
 * What of a range an object really has: its end is brought down to the object's size.
 *
 * @param range With bytes in it: whoever asks for none is not to be refused for where.
 * @param sizeBytes Of the whole object.
 * @throws {@link StorageError} `invalid_range` where the range begins at the object's end or after it.
 */
export function clampRange(range: ByteRange, sizeBytes: number): ByteRange {
  if (range.start >= sizeBytes) {
    throw invalidRange(`range.start (${range.start}) must be before the object's end (${sizeBytes})`);
  }
  return { start: range.start, end: Math.min(range.end, sizeBytes) };
}

/**
 * The parts in which a large range is read: of about the ideal size, or larger where there would be too many, and no
 * two of them different by more than a byte.
 *
 * @param idealSizeBytes From 1.
 * @param maxParts From 1.
 * @returns At least one part, in order, each beginning where the one before ends.
 */
export function splitRange(range: ByteRange, idealSizeBytes: number, maxParts: number): ByteRange[] {
  const sizeBytes = range.end - range.start;
  const count = Math.max(1, Math.min(maxParts, Math.ceil(sizeBytes / idealSizeBytes)));
  const shortBytes = Math.floor(sizeBytes / count);
  const longer = sizeBytes % count;
  return Array.from({ length: count }, (_, index) => ({
    start: range.start + index * shortBytes + Math.min(index, longer),
    end: range.start + (index + 1) * shortBytes + Math.min(index + 1, longer),
  }));
}

/** How an upload may be cut. */
export interface UploadLimits {
  /** The part size where the limits leave it free; from 1. */
  readonly idealPartSizeBytes: number;
  /** For every part but the last. */
  readonly minPartSizeBytes: number;
  /** From 1. */
  readonly maxParts: number;
}

/**
 * The parts in which a large object is written, all of one size but the last, which may be smaller.
 *
 * Cloudflare R2 refuses an upload whose parts differ; S3, its minimum and its number of parts bind the others.
 *
 * @returns At least one part, in order, each beginning where the one before ends.
 * @see https://developers.cloudflare.com/r2/objects/multipart-objects/ (seen 2026-11)
 */
export function splitUpload(sizeBytes: number, limits: UploadLimits): ByteRange[] {
  const { idealPartSizeBytes, minPartSizeBytes, maxParts } = limits;
  const partSizeBytes = Math.max(idealPartSizeBytes, minPartSizeBytes, Math.ceil(sizeBytes / maxParts));
  return Array.from({ length: Math.max(1, Math.ceil(sizeBytes / partSizeBytes)) }, (_, index) => ({
    start: index * partSizeBytes,
    end: Math.min((index + 1) * partSizeBytes, sizeBytes),
  }));
}

/** Which bytes of a body are the ones that were asked for. */
export interface BodySlice {
  /** To be read past. */
  readonly skipBytes: number;
  /** To be kept; what comes after them is not wanted. */
  readonly takeBytes: number;
}

/**
 * Where the bytes that were asked for lie in a body, which may hold more: a server that ignores ranges sends it all.
 *
 * @param asked With bytes in it.
 * @param answered What the body holds, by the answer's head.
 * @param sizeBytes Of the whole object, by the answer's head.
 * @throws {@link StorageError} `invalid_range` where the object ends before the range begins; `bad_response` where the body
 * does not hold every byte that was asked for and exists.
 */
export function sliceOfAnswer(asked: ByteRange, answered: ByteRange, sizeBytes: number): BodySlice {
  const wanted = clampRange(asked, sizeBytes);
  if (answered.start <= wanted.start && answered.end >= wanted.end && answered.end <= sizeBytes) {
    return { skipBytes: wanted.start - answered.start, takeBytes: wanted.end - wanted.start };
  }
  throw new StorageError({
    kind: 'bad_response',
    message: `asked for bytes ${show(wanted)} of ${sizeBytes}, the answer says it holds ${show(answered)}`,
  });
}

/**
 * What the header `Content-Range` of an answer says; undefined where it is malformed or leaves the size open.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.4 (seen 2026-11)
 */
export function parseContentRange(
  header: string | null | undefined,
): { readonly range: ByteRange; readonly sizeBytes: number } | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/i.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [first, last, sizeBytes] = match.slice(1).map(Number) as [number, number, number];
  if (!Number.isSafeInteger(sizeBytes) || first > last || last >= sizeBytes) return undefined;
  return { range: { start: first, end: last + 1 }, sizeBytes };
}

function show({ start, end }: ByteRange): string {
  return `[${start}, ${end})`;
}

function invalidRange(message: string, path?: string): StorageError {
  return new StorageError({ kind: 'invalid_range', message, ...(path !== undefined && { path }) });
}
