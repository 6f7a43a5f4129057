import { expect, test } from 'vitest';
import { keptSizes, type Sizes, sizeProblems, sizesPage } from '../src/sizes.ts';

const CORE: Sizes = new Map([['@icechunk/storage-core', [100, 400] as const]]);

function core(packed: number, unpacked: number): Sizes {
  return new Map([['@icechunk/storage-core', [packed, unpacked] as const]]);
}

test('a page says what was written into it', () => {
  const measured: Sizes = new Map([
    ['@icechunk/storage-core', [302.4, 1279] as const],
    ['@icechunk/storage-core, bundled', [40.1, 14.7] as const],
  ]);
  const page = sizesPage(measured);
  expect(page).toContain('| @icechunk/storage-core | 302.4 | 1279.0 |\n');
  expect([...keptSizes(page)]).toEqual([...measured]);
});

test('a difference within the tolerance is none', () => {
  expect(sizeProblems(CORE, core(105, 380))).toEqual([]);
  // 2 KiB are more than 5 % of what is small.
  const small = new Map([['@icechunk/a', [3, 3] as const]]);
  expect(sizeProblems(small, new Map([['@icechunk/a', [5, 1] as const]]))).toEqual([]);
});

test.each([
  ['packed, larger', 105.1, 400],
  ['packed, smaller', 94.9, 400],
  ['unpacked, larger', 100, 420.1],
  ['unpacked, smaller', 100, 379.9],
])('a difference beyond it is told, with both sizes: %s', (_which, packed, unpacked) => {
  expect(sizeProblems(CORE, core(packed, unpacked))).toEqual([
    `docs/sizes.md says 100 and 400 KiB of @icechunk/storage-core, which has ${packed} and ${unpacked}: pnpm sizes writes it`,
  ]);
});

test('a package that is new, or no more, is told', () => {
  expect(sizeProblems(new Map(), CORE)).toEqual(['docs/sizes.md lacks @icechunk/storage-core: pnpm sizes writes it']);
  expect(sizeProblems(CORE, new Map())).toEqual([
    'docs/sizes.md has @icechunk/storage-core, which is no more: pnpm sizes takes it out',
  ]);
});
