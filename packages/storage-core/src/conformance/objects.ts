import type { GetObjectOptions, ObjectBody, PutObjectOptions, Storage } from '../contract.ts';
import { isSameVersion, type VersionedUpdateResult, type VersionInfo } from '../version.ts';
import { checkBytes, checkEqual, checkRejects, fail } from './assert.ts';

/** An object, read to its end. */
export interface SeenObject extends Pick<ObjectBody, 'version' | 'sizeBytes' | 'range' | 'contentType' | 'metadata'> {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Puts an object, which must succeed. @returns Its version. */
export async function write(
  storage: Storage,
  path: string,
  bytes: Uint8Array,
  options?: PutObjectOptions,
): Promise<VersionInfo> {
  return updated(await storage.putObject(path, bytes, options), `a put of ${show(path)}`);
}

/** Gets an object or a range of it, to its end. */
export async function read(storage: Storage, path: string, options?: GetObjectOptions): Promise<SeenObject> {
  return await readBody(await storage.getObject(path, options));
}

/** A body that was given out, to its end. */
export async function readBody(body: ObjectBody): Promise<SeenObject> {
  const { version, sizeBytes, range, contentType, metadata } = body;
  const kept = { ...(contentType !== undefined && { contentType }), ...(metadata && { metadata }) };
  return { version, sizeBytes, range, ...kept, bytes: await body.bytes() };
}

/** What a stream carries, in one array. */
export async function readStream(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = await chunksOf(stream);
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/** What a stream carries, as it came. */
export async function chunksOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
  return chunks;
}

/** Fails where a write was refused. @returns The version that it made. */
export function updated(result: VersionedUpdateResult, what: string): VersionInfo {
  return result.kind === 'updated' ? result.newVersion : fail(`${what}: expected updated, saw ${result.kind}`);
}

/** Fails where a write was not refused by its condition. */
export function refused(result: VersionedUpdateResult, what: string): void {
  checkEqual(result.kind, 'not_on_latest_version', what);
}

/** Fails unless the object holds the bytes and, where one is given, has the version. */
export async function checkHolds(
  storage: Storage,
  path: string,
  bytes: Uint8Array,
  what: string,
  version?: VersionInfo,
): Promise<void> {
  const seen = await read(storage, path);
  checkBytes(seen.bytes, bytes, what);
  if (version && !isSameVersion(seen.version, version)) {
    fail(`${what}: expected the version ${show(version)}, saw ${show(seen.version)}`);
  }
}

/** Fails where an object is. */
export async function checkAbsent(storage: Storage, path: string, what: string): Promise<void> {
  await checkRejects(storage.getObject(path), ['not_found'], what);
}

/** Deletes an object, which must not be reported as a failure. */
export async function remove(storage: Storage, path: string): Promise<void> {
  const { failures } = await storage.deleteObjects('', [{ id: path, sizeBytes: 0 }]);
  checkEqual(
    failures.map((failure) => failure.error.message),
    [],
    `the failures of a delete of ${show(path)}`,
  );
}

/** The ids of a listing, in its order. */
export async function listed(storage: Storage, prefix: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of storage.listObjects(prefix)) ids.push(id);
  return ids;
}

/** A value in one line. */
export function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
