import { userMetadata } from './attributes.ts';
import type { GetModifiedResult, GetObjectOptions, ObjectBody } from './contract.ts';
import { StorageError } from './errors.ts';
import type { Mechanics } from './mechanics.ts';
import { type ObjectFacts, PartedBody } from './object-body.ts';
import { changedWhileReading, checkVersion, type OpenTransfer, openTransfer, openVersion } from './open-transfer.ts';
import { type ByteRange, clampRange, splitRange } from './range.ts';
import { ResumableRead } from './resumable-read.ts';
import type { Operation } from './runner.ts';
import { endTransfer } from './transfer.ts';
import { isSameVersion, isSendableVersion, type VersionInfo } from './version.ts';

// Enough for a key that is replaced every now and then; a reader that loses this often will not win.
const MAX_READ_RESTARTS = 3;

/** See {@link Storage.getObject}; `operation.path` and the range have been checked. */
export async function getObject(
  mechanics: Mechanics,
  operation: Operation,
  key: string,
  { range, splitRange: split = true }: GetObjectOptions,
): Promise<ObjectBody> {
  if (range && range.start === range.end) return await emptyBody(mechanics, operation, key, range);
  for (let restarts = 0; restarts <= MAX_READ_RESTARTS; restarts++) {
    const body = await openParts(mechanics, operation, key, range, split);
    if (body) return body;
    mechanics.emit({ kind: 'read_restarted', path: operation.path ?? '' });
  }
  throw mechanics.runner.explain(changedWhileReading(), operation, MAX_READ_RESTARTS + 1);
}

/** See {@link Storage.getObjectConditional}. */
export async function getObjectConditional(
  mechanics: Mechanics,
  operation: Operation,
  key: string,
  version: VersionInfo | undefined,
): Promise<GetModifiedResult> {
  const ifNotVersion = version && isSendableVersion(version) ? version : undefined;
  const opened = await openTransfer(mechanics, operation, { key, ...(ifNotVersion && { ifNotVersion }) });
  if (typeof opened === 'string') {
    if (opened === 'not_modified' && ifNotVersion) return { kind: 'on_latest_version' };
    throw mechanics.runner.explain(unasked(opened), operation);
  }
  if (ifNotVersion && isSameVersion(opened.answer.version, ifNotVersion)) {
    await endTransfer(opened.transfer);
    return { kind: 'on_latest_version' };
  }
  const range = { start: 0, end: opened.answer.sizeBytes };
  return { kind: 'modified', object: await bodyOf(mechanics, operation, key, range, [{ opened, range }]) };
}

/** One part of a read, opened. */
interface OpenPart {
  readonly opened: OpenTransfer;
  readonly range: ByteRange;
}

/** Every part with its head read and of one version; undefined where the object was replaced in between. */
async function openParts(
  mechanics: Mechanics,
  operation: Operation,
  key: string,
  range: ByteRange | undefined,
  split: boolean,
): Promise<ObjectBody | undefined> {
  const { idealConcurrentRequestSize, maxConcurrentRequestsForObject } = mechanics.settings.concurrency;
  const asked =
    range && split ? splitRange(range, idealConcurrentRequestSize, maxConcurrentRequestsForObject)[0] : range;
  const first = await openTransfer(mechanics, operation, { key, ...(asked && { range: asked }) });
  if (typeof first === 'string') throw mechanics.runner.explain(unasked(first), operation);
  const { sizeBytes } = first.answer;
  const wanted = range ? clampRange(range, sizeBytes) : { start: 0, end: sizeBytes };
  const firstPart = { opened: first, range: { start: wanted.start, end: wanted.start + first.transfer.takeBytes } };
  if (firstPart.range.end >= wanted.end) return await bodyOf(mechanics, operation, key, wanted, [firstPart]);
  const rest = { start: firstPart.range.end, end: wanted.end };
  const others = await openOthers(
    mechanics,
    operation,
    key,
    first,
    splitRange(rest, idealConcurrentRequestSize, Math.max(1, maxConcurrentRequestsForObject - 1)),
  );
  return others && (await bodyOf(mechanics, operation, key, wanted, [firstPart, ...others]));
}

/** The parts after the first, all of its version; where one is not, every part is released, the first too. */
async function openOthers(
  mechanics: Mechanics,
  operation: Operation,
  key: string,
  first: OpenTransfer,
  ranges: readonly ByteRange[],
): Promise<OpenPart[] | undefined> {
  const ifVersion = first.answer.version;
  const changed = Symbol('changed');
  // Fires with what makes all other parts useless.
  const useless = new AbortController();
  const parts: OpenPart[] = [];
  const open = async (range: ByteRange, index: number): Promise<void> => {
    const opened = await openVersion(mechanics, operation, { key, range, ifVersion }, useless.signal);
    if (opened === 'changed') useless.abort(changed);
    else parts[index] = { opened, range };
  };
  await Promise.all(ranges.map((range, index) => open(range, index).catch((err) => useless.abort(err))));
  if (!useless.signal.aborted) return parts;
  const opened = [first, ...Object.values(parts).map((part) => part.opened)];
  await Promise.all(opened.map(({ transfer }) => endTransfer(transfer)));
  if (useless.signal.reason === changed) return undefined;
  throw useless.signal.reason;
}

async function bodyOf(
  mechanics: Mechanics,
  operation: Operation,
  key: string,
  wanted: ByteRange,
  parts: readonly OpenPart[],
): Promise<ObjectBody> {
  const { answer } = (parts[0] as OpenPart).opened;
  const { version } = answer;
  const reads = parts.map(
    ({ opened, range }) => new ResumableRead(mechanics, { operation, key, range, version }, opened.transfer),
  );
  // Nobody has to read what is empty, so that nobody would release it.
  if (wanted.start === wanted.end) await Promise.all(reads.map((read) => read.cancel()));
  return new PartedBody(factsOf(answer), wanted, reads);
}

async function emptyBody(
  { client, runner }: Mechanics,
  operation: Operation,
  key: string,
  range: ByteRange,
): Promise<ObjectBody> {
  const head = await runner.run(operation, async (context) => {
    const answer = await client.head(key, context);
    checkVersion(answer);
    return answer;
  });
  return new PartedBody(factsOf(head), range, []);
}

function factsOf({ metadata, ...facts }: ObjectFacts): ObjectFacts {
  return { ...facts, ...(metadata && { metadata: userMetadata(metadata) }) };
}

function unasked(answer: string): StorageError {
  return new StorageError({ kind: 'bad_response', message: `the answer is ${answer}, and no condition was sent` });
}
