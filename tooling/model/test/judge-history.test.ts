import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../src/history.ts';
import { judgeHistory } from '../src/judge-history.ts';
import type { Operation } from '../src/operation.ts';
import type { Outcome } from '../src/outcome.ts';
import { NamedVersion } from '../src/version-log.ts';

const version = (name: string): NamedVersion => new NamedVersion(name, { etag: name });
const gave = (name: string): Outcome => ({ kind: 'updated', newVersion: { etag: name } });
const found = (text: string, name: string, sizeBytes = text.length): Outcome => ({
  kind: 'found',
  text,
  version: { etag: name },
  sizeBytes,
});
const missing: Outcome = { kind: 'error', error: 'not_found' };
const refused: Outcome = { kind: 'not_on_latest_version' };
const deleted: Outcome = { kind: 'deleted', objects: 1, bytes: 0, failures: [] };
const listed = (...objects: { id: string; sizeBytes: number }[]): Outcome => ({ kind: 'listed', objects });

type Step = [startedAt: number, endedAt: number, operation: Operation<NamedVersion>, outcome: Outcome];

function judge(...steps: Step[]): string | undefined {
  return judgeHistory(
    steps.map(([startedAt, endedAt, operation, outcome]): HistoryEntry => ({ startedAt, endedAt, operation, outcome })),
  );
}

function judgeByContent(...steps: Step[]): string | undefined {
  return judgeHistory(
    steps.map(([startedAt, endedAt, operation, outcome]): HistoryEntry => ({ startedAt, endedAt, operation, outcome })),
    { contentEtags: true },
  );
}

const put = (key: string, text: string): Operation<NamedVersion> => ({ verb: 'put', key, text });
const create = (key: string, text: string): Operation<NamedVersion> => ({ verb: 'create', key, text });
const update = (key: string, text: string, on: string): Operation<NamedVersion> => ({
  verb: 'update',
  key,
  text,
  version: version(on),
});
const get = (key: string): Operation<NamedVersion> => ({ verb: 'get', key });
const range = (start: number, end: number): Operation<NamedVersion> => ({
  verb: 'get',
  key: 'a',
  range: { start, end },
});
const remove = (id: string): Operation<NamedVersion> => ({ verb: 'delete', prefix: '', items: [{ id, sizeBytes: 0 }] });
const list: Operation<NamedVersion> = { verb: 'list', prefix: '' };
const copy = (from: string, to: string, on?: string): Operation<NamedVersion> => ({
  verb: 'copy',
  from,
  to,
  ...(on !== undefined && { version: version(on) }),
});
const condget = (on: string): Operation<NamedVersion> => ({ verb: 'getConditional', key: 'a', version: version(on) });

const putA: Step = [1, 2, put('a', 'A'), gave('v1')];

describe('judgeHistory', () => {
  it.each<[string, Step[]]>([
    ['operations one after the other', [putA, [3, 4, get('a'), found('A', 'v1')], [5, 6, remove('a'), deleted]]],
    [
      'one winner of two creates',
      [
        [1, 4, create('a', 'A'), gave('v1')],
        [2, 3, create('a', 'B'), refused],
      ],
    ],
    [
      'one winner of two updates',
      [putA, [3, 6, update('a', 'B', 'v1'), gave('v2')], [4, 5, update('a', 'C', 'v1'), refused]],
    ],
    [
      'a read of a write that has not ended',
      [
        [1, 4, put('a', 'A'), gave('v1')],
        [2, 3, get('a'), found('A', 'v1')],
      ],
    ],
    [
      'a listing that sees half of what runs',
      [
        [1, 6, put('a', 'A'), gave('v1')],
        [2, 5, put('b', 'B'), gave('v2')],
        [3, 4, list, listed({ id: 'b', sizeBytes: 1 })],
      ],
    ],
    [
      'a copy of what was there while it ran',
      [
        putA,
        [3, 6, copy('a', 'b'), gave('v3')],
        [4, 5, put('a', 'BB'), gave('v2')],
        [7, 8, get('b'), found('BB', 'v3')],
      ],
    ],
    [
      'a range',
      [putA, [3, 4, range(0, 9), found('A', 'v1')], [5, 6, range(1, 9), { kind: 'error', error: 'invalid_range' }]],
    ],
    [
      'a read that was given up under a write',
      [putA, [3, 6, range(0, 9), { kind: 'error', error: 'changed_while_reading' }], [4, 5, put('a', 'B'), gave('v2')]],
    ],
    ['a conditional get', [putA, [3, 4, condget('v1'), { kind: 'on_latest_version' }]]],
  ])('explains %s', (_, steps) => {
    expect(judge(...steps)).toBeUndefined();
  });

  it.each<[string, RegExp, Step[]]>([
    [
      'two winners of two creates',
      /no order .* "a"/,
      [
        [1, 4, create('a', 'A'), gave('v1')],
        [2, 3, create('a', 'B'), gave('v2')],
      ],
    ],
    [
      'two winners of one version',
      /no order .* "a"/,
      [putA, [3, 6, update('a', 'B', 'v1'), gave('v2')], [4, 5, update('a', 'C', 'v1'), gave('v3')]],
    ],
    [
      'no winner at all',
      /no order .* "a"/,
      [
        [1, 4, create('a', 'A'), refused],
        [2, 3, create('a', 'B'), refused],
      ],
    ],
    ['an unconditional write that is refused', /no order .* "a"/, [[1, 2, put('a', 'A'), refused]]],
    ['a stale read', /no order .* "a"/, [putA, [3, 4, put('a', 'B'), gave('v2')], [5, 6, get('a'), found('A', 'v1')]]],
    ['a lost key in a listing', /no order .* "a"/, [putA, [3, 4, list, listed()]]],
    ['a wrong size in a listing', /no order .* "a"/, [putA, [3, 4, list, listed({ id: 'a', sizeBytes: 2 })]]],
    [
      'a key that is listed twice',
      /twice/,
      [putA, [3, 4, list, listed({ id: 'a', sizeBytes: 1 }, { id: 'a', sizeBytes: 1 })]],
    ],
    [
      'a key that nothing wrote',
      /"b", which nothing wrote/,
      [putA, [3, 4, list, listed({ id: 'a', sizeBytes: 1 }, { id: 'b', sizeBytes: 1 })]],
    ],
    [
      'a neighbour that goes with a delete',
      /no order .* "a"/,
      [putA, [3, 4, remove('b'), deleted], [5, 6, get('a'), missing]],
    ],
    [
      'an object that is there after its delete',
      /no order .* "a"/,
      [putA, [3, 4, remove('a'), deleted], [5, 6, get('a'), found('A', 'v1')]],
    ],
    [
      'bytes of another version',
      /not of the version/,
      [putA, [3, 4, put('a', 'B'), gave('v2')], [5, 6, get('a'), found('A', 'v2')]],
    ],
    [
      'a range that is off by one',
      /not of the version/,
      [
        [1, 2, put('a', 'ABC'), gave('v1')],
        [3, 4, range(0, 2), found('ABC', 'v1', 3)],
      ],
    ],
    ['a version that is given twice', /another write/, [putA, [3, 4, put('a', 'B'), gave('v1')]]],
    [
      'a copy of what its source no longer was',
      /no order .* "a"/,
      [putA, [3, 4, put('a', 'B'), gave('v2')], [5, 6, copy('a', 'b', 'v1'), gave('v3')]],
    ],
    [
      'a copy with other bytes',
      /not of the version/,
      [putA, [3, 4, copy('a', 'b'), gave('v2')], [5, 6, get('b'), found('B', 'v2')]],
    ],
    ['a conditional get that gives what is known', /no order .* "a"/, [putA, [3, 4, condget('v1'), found('A', 'v1')]]],
    [
      'a conditional get that knows too much',
      /no order .* "a"/,
      [putA, [3, 4, put('a', 'B'), gave('v2')], [5, 6, condget('v1'), { kind: 'on_latest_version' }]],
    ],
    [
      'a read that was given up while nobody wrote',
      /failed with changed_while_reading/,
      [putA, [3, 4, range(0, 9), { kind: 'error', error: 'changed_while_reading' }]],
    ],
    ['a put that fails', /failed with unavailable/, [[1, 2, put('a', 'A'), { kind: 'error', error: 'unavailable' }]]],
    [
      'a delete that fails',
      /did not delete/,
      [putA, [3, 4, remove('a'), { kind: 'deleted', objects: 0, bytes: 0, failures: ['a'] }]],
    ],
  ])('finds %s', (_, says, steps) => {
    expect(judge(...steps)).toMatch(says);
  });

  describe('where versions are made of bytes', () => {
    const putB: Step = [3, 4, put('a', 'B'), gave('v2')];
    const putAAgain: Step = [5, 6, put('a', 'A'), gave('v1')];

    it.each<[string, Step[]]>([
      [
        'the same version for the same bytes',
        [putA, [3, 4, put('a', 'A'), gave('v1')], [5, 6, put('b', 'A'), gave('v1')]],
      ],
      ['an update under a version that came back', [putA, putB, putAAgain, [7, 8, update('a', 'C', 'v1'), gave('v3')]]],
      [
        "a copy under its source's version",
        [putA, [3, 4, copy('a', 'b'), gave('v1')], [5, 6, get('b'), found('A', 'v1')]],
      ],
    ])('explains %s', (_, steps) => {
      expect(judgeByContent(...steps)).toBeUndefined();
    });

    it.each<[string, RegExp, Step[]]>([
      ['one version for two texts', /other bytes/, [putA, [3, 4, put('a', 'B'), gave('v1')]]],
      [
        'a copy under a version that its source never had',
        /other bytes/,
        [putA, [3, 4, put('c', 'B'), gave('v2')], [5, 6, copy('a', 'b'), gave('v2')]],
      ],
      [
        'two winners of one version that did not come back',
        /no order .* "a"/,
        [putA, [3, 6, update('a', 'B', 'v1'), gave('v2')], [4, 5, update('a', 'C', 'v1'), gave('v3')]],
      ],
    ])('finds %s', (_, says, steps) => {
      expect(judgeByContent(...steps)).toMatch(says);
    });
  });
});
