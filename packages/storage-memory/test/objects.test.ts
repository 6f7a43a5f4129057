import { describe, expect, it, vi } from 'vitest';
import { InMemoryObjects } from '../src/objects.ts';

const data = new Uint8Array([1, 2, 3]);

describe('InMemoryObjects', () => {
  it('never gives one version twice, also for equal bytes, after a delete, and for A, B, A', () => {
    const objects = new InMemoryObjects();
    const etags = new Set<string | undefined>();
    for (const key of ['a', 'b', 'a', 'a']) etags.add(objects.put({ key, data })?.etag);
    objects.delete('a');
    etags.add(objects.put({ key: 'a', data })?.etag);
    expect(etags.size).toBe(5);
  });

  it('keeps what was there where a condition does not hold', () => {
    const objects = new InMemoryObjects();
    const version = objects.put({ key: 'a', data, condition: { kind: 'create' } });
    if (!version) throw new Error('the first create was refused');
    const other = new Uint8Array([9]);
    expect(objects.put({ key: 'a', data: other, condition: { kind: 'create' } })).toBeUndefined();
    expect(
      objects.put({ key: 'a', data: other, condition: { kind: 'update', version: { etag: '"other"' } } }),
    ).toBeUndefined();
    expect(objects.put({ key: 'missing', data: other, condition: { kind: 'update', version } })).toBeUndefined();
    expect(objects.get('a')).toMatchObject({ data, version });
    expect(objects.get('missing')).toBeUndefined();
    expect(objects.put({ key: 'a', data: other, condition: { kind: 'update', version } })).toBeDefined();
  });

  it('lists in the byte order of UTF-8, after a key, up to a limit', () => {
    const objects = new InMemoryObjects();
    for (const key of ['t/x', 't-/y', 'é', '\uffff', '😀', 'T', 't', 'u']) objects.put({ key, data });
    const keys = (prefix: string, after: string, limit: number) =>
      objects.list(prefix, after, limit).map(({ key }) => key);
    expect(keys('', '', 99)).toEqual(['T', 't', 't-/y', 't/x', 'u', 'é', '\uffff', '😀']);
    expect(keys('t', '', 99)).toEqual(['t', 't-/y', 't/x']);
    expect(keys('', 't-/y', 2)).toEqual(['t/x', 'u']);
    expect(keys('nothing', '', 99)).toEqual([]);
  });

  it('is not put back by a clock that is', () => {
    const clock = vi.spyOn(Date, 'now').mockReturnValueOnce(2_000).mockReturnValueOnce(1_000);
    const objects = new InMemoryObjects();
    objects.put({ key: 'a', data });
    objects.put({ key: 'b', data });
    clock.mockRestore();
    expect(objects.get('b')?.lastModified).toEqual(new Date(2_000));
  });
});
