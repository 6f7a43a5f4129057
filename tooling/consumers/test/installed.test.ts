import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installedIn } from '../src/installed.ts';

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'icechunk-installed-'));
});
afterAll(() => rm(root, { recursive: true }));

async function put(path: string, version = '1.0.0'): Promise<void> {
  const name = path.replace(/.*node_modules\//, '');
  await mkdir(join(root, path), { recursive: true });
  await writeFile(join(root, path, 'package.json'), JSON.stringify({ name, version }));
}

async function namesIn(folder: string, layout: 'flat' | 'linked' | 'archives'): Promise<readonly string[]> {
  const installed = await installedIn(join(root, folder), { layout });
  return installed.map(({ name, version }) => `${name} ${version}`).sort();
}

it('finds packages that lie side by side, with those nested in them, and nothing else', async () => {
  await put('flat/node_modules/one');
  await put('flat/node_modules/@scope/two');
  await put('flat/node_modules/@scope/two/node_modules/one', '2.0.0');
  await put('flat/node_modules/.cache/three');
  await mkdir(join(root, 'flat/node_modules/.bin'));
  expect(await namesIn('flat', 'flat')).toEqual(['@scope/two 1.0.0', 'one 1.0.0', 'one 2.0.0']);
});

it('finds packages behind links once, and those that only another links to', async () => {
  await put('linked/node_modules/.pnpm/@scope+two@1.0.0/node_modules/@scope/two');
  await put('linked/node_modules/.pnpm/one@1.0.0/node_modules/one');
  const links = ['linked/node_modules/@scope/two', 'linked/node_modules/.pnpm/one@1.0.0/node_modules/@scope/two'];
  for (const link of links) {
    await mkdir(dirname(join(root, link)), { recursive: true });
    await symlink(join(root, 'linked/node_modules/.pnpm/@scope+two@1.0.0/node_modules/@scope/two'), join(root, link));
  }
  expect(await namesIn('linked', 'linked')).toEqual(['@scope/two 1.0.0', 'one 1.0.0']);
});

it('comes to an end where packages link to each other', async () => {
  await put('circle/node_modules/one');
  await mkdir(join(root, 'circle/node_modules/one/node_modules'));
  await symlink(join(root, 'circle/node_modules/one'), join(root, 'circle/node_modules/one/node_modules/one'));
  expect(await namesIn('circle', 'linked')).toEqual(['one 1.0.0']);
});

it('reads what Yarn keeps in archives, each version once, without the project itself', async () => {
  const references = (...all: readonly (string | null)[]): unknown[] => all.map((reference) => [reference, {}]);
  const packageRegistryData = [
    [null, references(null)],
    ['consumer', references('workspace:.')],
    ['one', references('npm:1.0.0', 'npm:2.0.0')],
    ['@scope/two', references('npm:1.0.0', 'virtual:abc#npm:1.0.0', 'npm:1.0.0::__archiveUrl=http%3A%2F%2Fa')],
  ];
  await mkdir(join(root, 'archives'));
  await writeFile(join(root, 'archives/.pnp.data.json'), JSON.stringify({ packageRegistryData }));
  expect(await namesIn('archives', 'archives')).toEqual(['@scope/two 1.0.0', 'one 1.0.0', 'one 2.0.0']);
});

it('finds nothing where nothing was installed side by side', async () => {
  expect(await namesIn('nowhere', 'flat')).toEqual([]);
});
