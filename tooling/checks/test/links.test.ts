import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { links } from '../src/links.ts';
import { tree } from './tree.ts';

async function problems(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const root = await tree(files);
  execFileSync('git', ['init', '--quiet', root]);
  return (await links.run(root)).problems;
}

it('follows files, folders and anchors', async () => {
  const readme = '# A\n\n[b](docs/b.md) [c](docs/b.md#one-two) [d](docs) [e](#a) [f](https://example.com/nowhere)\n';
  expect(await problems({ 'README.md': readme, 'docs/b.md': '# One, two\n\n[up](../README.md)\n' })).toEqual([]);
});

it.each(['[b](docs/none.md)', '[b](docs/b.md#three)', '[a](#three)', '![b](b.png)', '[b][]\n\n[b]: docs/none.md'])(
  'finds %s',
  async (link) => {
    const found = await problems({ 'README.md': `# A\n\n${link}\n`, 'docs/b.md': '# One\n' });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('README.md');
    expect(found[0]).toContain('1 warning');
  },
);

it('does not pass where it found nothing to read', async () => {
  expect(await problems({ 'a.txt': '' })).toEqual(['no Markdown file was found']);
});
