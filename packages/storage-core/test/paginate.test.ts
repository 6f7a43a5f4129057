import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListedObject, ListPage } from '../src/client.ts';
import { paginate } from '../src/paginate.ts';

const createdAt = new Date(0);

function page(keys: readonly string[], nextPageToken?: string): ListPage {
  const objects: ListedObject[] = keys.map((key) => ({ key, sizeBytes: 1, createdAt }));
  return nextPageToken === undefined ? { objects } : { objects, nextPageToken };
}

/** A provider with these pages, whose tokens are their numbers, that remembers what it was asked for. */
function provider(pages: readonly (readonly string[])[]): {
  asked: unknown[];
  fetchPage: (token?: string) => Promise<ListPage>;
} {
  const asked: unknown[] = [];
  const fetchPage = async (token?: string): Promise<ListPage> => {
    asked.push(token);
    const index = Number(token ?? 0);
    return page(pages[index] ?? [], index + 1 < pages.length ? String(index + 1) : undefined);
  };
  return { asked, fetchPage };
}

async function keysOf(objects: AsyncIterable<ListedObject>): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects) keys.push(key);
  return keys;
}

describe('paginate', () => {
  it('gives every object of every page once, in order, over empty pages', async () => {
    const { asked, fetchPage } = provider([['a', 'b'], [], [], ['c'], []]);
    expect(await keysOf(paginate(fetchPage))).toEqual(['a', 'b', 'c']);
    expect(asked).toEqual([undefined, '1', '2', '3', '4']);
  });

  it('loses nothing, however the objects lie on pages', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.string(), { maxLength: 4 }), { minLength: 1, maxLength: 40 }),
        async (pages) => {
          expect(await keysOf(paginate(provider(pages).fetchPage))).toEqual(pages.flat());
        },
      ),
    );
  });

  it('asks for a page only when the one before is consumed, and for none after a break', async () => {
    const { asked, fetchPage } = provider([['a', 'b'], ['c'], ['d']]);
    const seen: [string, number][] = [];
    for await (const { key } of paginate(fetchPage)) {
      seen.push([key, asked.length]);
      if (key === 'c') break;
    }
    expect(seen).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 2],
    ]);
    expect(asked.length).toBe(2);
  });

  it('rejects with the failure of a page after the objects before it', async () => {
    const failure = new Error('page 2');
    const keys: string[] = [];
    const listing = async (): Promise<void> => {
      for await (const { key } of paginate(async (token) => (token ? Promise.reject(failure) : page(['a'], 't'))))
        keys.push(key);
    };
    await expect(listing()).rejects.toBe(failure);
    expect(keys).toEqual(['a']);
  });

  it.each([0, 1, 2, 3, 6, 20])(
    'rejects a token that is repeated at once, and an empty one, after %i good pages',
    async (good) => {
      for (const [token, requests] of [
        ['same', good + 2],
        ['', good + 1],
      ] as const) {
        let asked = 0;
        const stuck = paginate(async () => page(['a'], ++asked <= good ? `t${asked}` : token));
        await expect(keysOf(stuck)).rejects.toMatchObject({ kind: 'bad_response' });
        expect(asked).toBe(requests);
      }
    },
  );

  it('rejects every circle of tokens, after three times round at the latest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 60 }), fc.integer({ min: 1, max: 60 }), async (before, length) => {
        let asked = 0;
        const fetchPage = async (token?: string): Promise<ListPage> => {
          if (++asked > 3 * (before + length) + 3) throw new Error('the circle goes on');
          const next = token === undefined ? 0 : Number(token) + 1;
          return page([], String(next < before + length ? next : before));
        };
        await expect(keysOf(paginate(fetchPage))).rejects.toMatchObject({ kind: 'bad_response' });
      }),
    );
  });

  it('does not take many tokens for a circle', async () => {
    const pages = Array.from({ length: 3_000 }, (_, index) => [`k${index}`]);
    expect((await keysOf(paginate(provider(pages).fetchPage))).length).toBe(3_000);
  });
});
