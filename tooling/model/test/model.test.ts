import { describe, expect, it } from 'vitest';
import { ObjectModel } from '../src/model.ts';
import type { Operation } from '../src/operation.ts';
import type { NamedVersion } from '../src/version-log.ts';

const missing = { kind: 'error', error: 'not_found' };
const refused = { kind: 'not_on_latest_version' };

/** A model in which `a` holds ABC. */
function filled(): { model: ObjectModel; version: NamedVersion } {
  const model = new ObjectModel();
  const version = model.versions.add('a', { etag: '"1"' });
  model.apply({ verb: 'put', key: 'a', text: 'ABC', contentType: 'text/plain' }, version);
  return { model, version };
}

const found = { kind: 'found', text: 'ABC', version: { etag: '"1"' }, sizeBytes: 3, contentType: 'text/plain' };
const ranged = (start: number, end: number): Operation<NamedVersion> => ({
  verb: 'get',
  key: 'a',
  range: { start, end },
});

describe('ObjectModel', () => {
  it('lets a create land where nothing is, and an update over its version alone', () => {
    const { model, version } = filled();
    const other = model.versions.add('b', { etag: '"2"' });
    expect(model.expected({ verb: 'create', key: 'a', text: '' })).toEqual(refused);
    expect(model.expected({ verb: 'create', key: 'b', text: '' })).toEqual({ kind: 'updated' });
    expect(model.expected({ verb: 'update', key: 'a', text: '', version })).toEqual({ kind: 'updated' });
    expect(model.expected({ verb: 'update', key: 'a', text: '', version: other })).toEqual(refused);
    expect(model.expected({ verb: 'update', key: 'b', text: '', version: other })).toEqual(refused);
  });

  it('reads half-open ranges, cut at the end, and refuses those that begin there', () => {
    const { model } = filled();
    expect(model.expected({ verb: 'get', key: 'a' })).toEqual(found);
    expect(model.expected(ranged(1, 2))).toEqual({ ...found, text: 'B' });
    expect(model.expected(ranged(2, 9))).toEqual({ ...found, text: 'C' });
    expect(model.expected(ranged(9, 9))).toEqual({ ...found, text: '' });
    expect(model.expected(ranged(3, 4))).toEqual({ kind: 'error', error: 'invalid_range' });
    expect(model.expected({ verb: 'get', key: 'b', range: { start: 0, end: 0 } })).toEqual(missing);
  });

  it('gives an object that is not known', () => {
    const { model, version } = filled();
    expect(model.expected({ verb: 'getConditional', key: 'a' })).toEqual(found);
    expect(model.expected({ verb: 'getConditional', key: 'a', version })).toEqual({ kind: 'on_latest_version' });
    expect(model.expected({ verb: 'getConditional', key: 'b', version })).toEqual(missing);
  });

  it('copies what is there, with its content type, under its version', () => {
    const { model, version } = filled();
    expect(model.expected({ verb: 'copy', from: 'b', to: 'c' })).toEqual(missing);
    expect(model.expected({ verb: 'copy', from: 'a', to: 'b', version })).toEqual({ kind: 'updated' });
    const copied = model.versions.add('b', { etag: '"2"' });
    model.apply({ verb: 'copy', from: 'a', to: 'b' }, copied);
    expect(model.expected({ verb: 'get', key: 'b' })).toEqual({ ...found, version: { etag: '"2"' } });
    expect(model.expected({ verb: 'copy', from: 'a', to: 'b', version: copied })).toEqual(refused);
  });

  it('lets a version come again with the bytes that it had, where versions are made of bytes', () => {
    const { model, version } = filled();
    expect(model.mayRepeat({ verb: 'put', key: 'a', text: 'ABC' }, version)).toBe(false);
    const byContent = new ObjectModel({ contentEtags: true });
    const first = byContent.versions.add('a', { etag: '"1"' });
    byContent.apply({ verb: 'put', key: 'a', text: 'ABC' }, first);
    byContent.apply({ verb: 'put', key: 'b', text: 'B' }, byContent.versions.add('b', { etag: '"2"' }));
    expect(byContent.mayRepeat({ verb: 'put', key: 'a', text: 'ABC' }, first)).toBe(true);
    expect(byContent.mayRepeat({ verb: 'put', key: 'a', text: 'AB' }, first)).toBe(false);
    expect(byContent.mayRepeat({ verb: 'copy', from: 'a', to: 'c' }, first)).toBe(true);
    expect(byContent.mayRepeat({ verb: 'copy', from: 'b', to: 'a' }, first)).toBe(false);
  });

  it('counts each id of a delete once, with the size that came first', () => {
    const { model } = filled();
    const items = [
      { id: 'a', sizeBytes: 5 },
      { id: 'b', sizeBytes: 7 },
      { id: 'a', sizeBytes: 11 },
    ];
    const remove: Operation<NamedVersion> = { verb: 'delete', prefix: '', items };
    expect(model.expected(remove)).toEqual({ kind: 'deleted', objects: 2, bytes: 12, failures: [] });
    model.apply(remove, undefined);
    expect(model.expected({ verb: 'lastModified', key: 'a' })).toEqual(missing);
  });

  it('lists by whole segments and in order', () => {
    const model = new ObjectModel();
    for (const key of ['d/b', 'd', 'dd', 'd.x/a', 'd/a']) {
      model.apply({ verb: 'put', key, text: 'A' }, model.versions.add(key, { etag: key }));
    }
    const ids = (prefix: string): string[] => {
      const listed = model.expected({ verb: 'list', prefix });
      return listed.kind === 'listed' ? listed.objects.map(({ id }) => id) : [];
    };
    expect(ids('')).toEqual(['d', 'd.x/a', 'd/a', 'd/b', 'dd']);
    expect(ids('/')).toEqual(ids(''));
    expect(ids('d')).toEqual(['a', 'b']);
    expect(ids('d/')).toEqual(['a', 'b']);
    expect(ids('d/a')).toEqual([]);
  });
});
