import type { ByteRange, DeleteItem } from '@icechunk/storage-core';
import fc from 'fast-check';
import type { Operation } from './operation.ts';
import type { ModelTarget } from './target.ts';
import type { VersionPick } from './version-log.ts';

/** What operations are about. */
export interface DrawnFrom {
  /** The first is drawn as often as all the others. */
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  readonly texts: readonly string[];
  readonly contentTypes: readonly string[];
  /** How much more often than other operations creates and updates are drawn; default 1. */
  readonly raceWeight?: number;
}

/** Operations one after the other: every sort of key and size, since nothing but the state decides. */
export function widely({ flatNamespace, userMetadata }: ModelTarget): DrawnFrom {
  return {
    // Neighbours in every way in which keys are: as texts, as folders, in the order of `/` and what sorts beside it.
    keys: ['a', 'ab', 'd/a', 'd/ab', 'd.x/a', 'e/é %41', ...(flatNamespace ? ['d', 'a/b'] : [])],
    prefixes: ['', '/', 'd', 'd/', 'd.x', 'a', 'e', 'none'],
    // The same sizes twice, and some too large for one part.
    texts: ['', 'A', 'B', 'abcdefghijkl', 'ABCDEFGHIJKL', 'abcdefghijklm'],
    contentTypes: userMetadata ? ['text/plain', 'application/json'] : [],
  };
}

/** The same bytes under the same keys again and again, within a tick of the clock: no version may come again. */
export const repetitive: DrawnFrom = { keys: ['a', 'ab'], prefixes: [''], texts: ['', 'A'], contentTypes: [] };

/** Operations that overlap: few keys, so that they meet. */
export const closely: DrawnFrom = {
  keys: ['a', 'ab', 'd/a', 'd/ab'],
  prefixes: ['', 'd'],
  texts: ['abcdefghijkl', 'ABCDEFGHIJKL', 'A', 'B'],
  contentTypes: [],
};

/** Operations that nearly all are about one object, which takes several requests. */
export const onOneKey: DrawnFrom = {
  keys: ['a', 'ab'],
  prefixes: [''],
  texts: ['abcdefghijkl', 'ABCDEFGHIJKL'],
  contentTypes: [],
};

/** As good as nothing but conditional writes of one object. */
export const racing: DrawnFrom = {
  keys: ['a', 'ab'],
  prefixes: [''],
  texts: ['A', 'B'],
  contentTypes: [],
  raceWeight: 8,
};

type Drawn = fc.Arbitrary<Operation<VersionPick>>;

/** Any operation. */
export function drawOperation({ keys, prefixes, texts, contentTypes, raceWeight = 1 }: DrawnFrom): Drawn {
  const key = fc.oneof(fc.constant(keys[0] as string), fc.constantFrom(...keys));
  const version = drawVersion();
  const contentType = contentTypes.length > 0 && { contentType: fc.constantFrom(...contentTypes) };
  const put = { key, text: fc.constantFrom(...texts), ...contentType };
  return fc.oneof(
    { weight: 3, arbitrary: record('put', put) },
    { weight: 3 * raceWeight, arbitrary: record('create', put) },
    { weight: 4 * raceWeight, arbitrary: record('update', { ...put, version }) },
    { weight: 3, arbitrary: record('get', { key }) },
    { weight: 3, arbitrary: record('get', { key, range: drawRange() }) },
    { weight: 3, arbitrary: record('getConditional', { key, version }, ['version']) },
    { weight: 3, arbitrary: record('copy', { from: key, to: key, version }, ['version']).filter(isToAnother) },
    { weight: 3, arbitrary: drawDelete(keys) },
    { weight: 4, arbitrary: record('list', { prefix: fc.constantFrom(...prefixes) }) },
    { weight: 1, arbitrary: record('lastModified', { key }) },
  );
}

function record(verb: string, fields: Record<string, fc.Arbitrary<unknown>>, optional: readonly string[] = []): Drawn {
  const required = ['verb', ...Object.keys(fields)].filter((name) => ![...optional, 'contentType'].includes(name));
  return fc.record({ verb: fc.constant(verb), ...fields }, { requiredKeys: required as never[] }) as unknown as Drawn;
}

function drawVersion(): fc.Arbitrary<VersionPick> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant<VersionPick>({ pick: 'current' }) },
    { weight: 3, arbitrary: fc.record({ pick: fc.constant('stale' as const), at: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ pick: fc.constant('foreign' as const), at: fc.nat(9) }) },
    { weight: 1, arbitrary: fc.constant<VersionPick>({ pick: 'unknown' }) },
  );
}

function drawRange(): fc.Arbitrary<ByteRange> {
  const anywhere = fc.tuple(fc.nat(15), fc.nat(15)).map(([start, sizeBytes]) => ({ start, end: start + sizeBytes }));
  return fc.oneof(anywhere, fc.constant({ start: 0, end: 12 }));
}

function drawDelete(keys: readonly string[]): Drawn {
  const items = (ids: readonly string[]): fc.Arbitrary<DeleteItem[]> =>
    fc.array(fc.record({ id: fc.constantFrom(...ids), sizeBytes: fc.nat(99) }), { maxLength: 3 });
  const inFolder = keys.filter((key) => key.startsWith('d/')).map((key) => key.slice(2));
  const under = (prefix: string, ids: readonly string[]): Drawn =>
    fc.record({ verb: fc.constant('delete' as const), prefix: fc.constant(prefix), items: items(ids) });
  if (inFolder.length === 0) return under('', keys);
  return fc.oneof({ weight: 3, arbitrary: under('', keys) }, under('d', inFolder), under('d/', inFolder));
}

// The contract says nothing of a copy onto itself, and S3 refuses one that changes nothing.
function isToAnother(operation: Operation<VersionPick>): boolean {
  return operation.verb !== 'copy' || operation.from !== operation.to;
}
