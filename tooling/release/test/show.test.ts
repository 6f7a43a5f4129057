import { expect, test } from 'vitest';
import { contentsTable, newestEntry, table } from '../src/show.ts';
import { GOOD, tarballOf } from './trees.ts';

test('columns are as wide as their widest cell, numbers at the right', () => {
  expect(
    table([
      ['name', 'size'],
      ['a', '5'],
      ['longer', '12345'],
    ]),
  ).toBe('name    size\na           5\nlonger  12345');
});

test('the files of a tarball are counted by kind', async () => {
  const [, row = ''] = contentsTable([await tarballOf(GOOD)]).split('\n');
  expect(row.split(/\s{2,}/).slice(0, 5)).toEqual(['@icechunk/one', '1.2.3', '2', '2', '1']);
  expect(row).toContain('LICENSE README.md package.json');
});

test('the newest part of a changelog is its first version', () => {
  expect(newestEntry('# one\n\n## 1.1.0\n\n### Minor\n\n- new\n\n## 1.0.0\n\n- old\n')).toBe(
    '## 1.1.0\n\n### Minor\n\n- new',
  );
  expect(newestEntry('# one\n\n## 1.0.0\n\n- only\n')).toBe('## 1.0.0\n\n- only');
  expect(newestEntry('')).toBe('');
});
