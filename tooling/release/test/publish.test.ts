import { generateKeyPairSync } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalRegistry, startRegistry } from '@icechunk-tooling/consumers';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { build } from '../src/pack.ts';
import { publish, warningsOf } from '../src/publish.ts';
import { publishedVersions } from '../src/published.ts';
import { Refusal } from '../src/refusal.ts';
import { registryTarball } from '../src/registry-tarball.ts';
import { commit, type Files, GOOD_MANIFEST, git, publishableRepository, temporaryFolder, write } from './trees.ts';

// Each starts pnpm, the compiler and npm, which a machine with other work to do may take a minute for.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let local: LocalRegistry;
let url: string;

beforeAll(async () => {
  local = await startRegistry();
  url = local.url.replace(/\/$/, '');
  // npm asks for a token before it asks the registry; it opens nothing.
  process.env[`npm_config_//${new URL(url).host}/:_authToken`] = 'throwaway';
});
afterAll(() => local.stop());

async function publishInto(root: string): Promise<{ tags: readonly string[]; said: readonly string[] }> {
  const said: string[] = [];
  const tags = await publish(root, { registry: url, say: (line) => said.push(line) });
  return { tags, said };
}

async function reasonsOf(root: string): Promise<readonly string[]> {
  const error = await publishInto(root).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Refusal);
  return (error as Refusal).reasons;
}

test('a package is built, packed, uploaded and tagged, once', async () => {
  const root = publishableRepository('1.0.0');
  const { tags, said } = await publishInto(root);
  expect(tags).toEqual(['@icechunk/one@1.0.0']);
  expect(said).toEqual([expect.stringContaining('has no "repository"'), 'New tag: @icechunk/one@1.0.0']);
  expect(git(root, 'tag', '--points-at', 'HEAD')).toBe('@icechunk/one@1.0.0');
  const { files } = await registryTarball(url, '@icechunk/one', '1.0.0', temporaryFolder());
  expect([...files.keys()].sort()).toEqual([
    'LICENSE',
    'README.md',
    'dist/index.d.ts',
    'dist/index.d.ts.map',
    'dist/index.js',
    'dist/index.js.map',
    'package.json',
    'src/index.ts',
  ]);
  expect((await publishInto(root)).tags).toEqual([]);
});

test('a version that the registry has is refused, unless its tag says that it was released from here', async () => {
  const root = publishableRepository('2.0.0');
  await publishInto(root);
  git(root, 'tag', '--delete', '@icechunk/one@2.0.0');
  expect(await reasonsOf(root)).toEqual([
    'packages/one: @icechunk/one 2.0.0 is published already: run pnpm release:version, or tag the commit that it was made of with @icechunk/one@2.0.0',
  ]);
});

test('a dirty tree is refused before anything is built', async () => {
  const root = publishableRepository('3.0.0');
  write(root, { 'packages/one/src/index.ts': 'export const one = 2;\n' });
  expect(await reasonsOf(root)).toEqual(['the tree is dirty: commit or remove M packages/one/src/index.ts']);
});

test('a change after the release of a version is refused where no changeset names it', async () => {
  const root = publishableRepository('4.0.0');
  git(root, 'tag', '@icechunk/one@4.0.0');
  commit(root, { 'packages/one/src/index.ts': 'export const one = 2;\n' });
  expect((await reasonsOf(root)).join()).toContain('@icechunk/one changed since @icechunk/one@4.0.0');
});

const { privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

test.each([
  ['5.0.0', 'a test', { 'src/one.test.ts': 'export {};\n' }, /src\/one\.test\.ts is of a test/],
  [
    '5.0.1',
    'a secret',
    { 'src/key.ts': `export const key: string = \`${privateKey}\`;\n` },
    /src\/key\.ts:1 holds what/,
  ],
  ['5.0.2', 'an export that leads nowhere', exporting('5.0.2', './dist/gone.js'), /publint: .*gone\.js/],
])('%s, a package with %s, is refused, and not uploaded', async (version, _what, files, reason) => {
  const placed = Object.entries(files).map(([path, text]) => [`packages/one/${path}`, text]);
  const root = publishableRepository(version, Object.fromEntries(placed) as Files);
  expect((await reasonsOf(root)).join('\n')).toMatch(reason);
  expect(await publishedVersions(url, '@icechunk/one')).not.toContain(version);
  expect(git(root, 'tag')).toBe('');
});

function exporting(version: string, target: string): Files {
  const exports = { '.': { types: './dist/index.d.ts', default: target } };
  return { 'package.json': JSON.stringify({ ...GOOD_MANIFEST, version, exports }) };
}

test('without a repository nothing is published where its origin is to be proved', async () => {
  const root = publishableRepository('7.0.0');
  vi.stubEnv('ACTIONS_ID_TOKEN_REQUEST_URL', 'http://localhost:1/');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect((await reasonsOf(root)).join()).toContain('@icechunk/one has no "repository" in its package.json');
  expect(await publishedVersions(url, '@icechunk/one')).not.toContain('7.0.0');
});

test('what is left in dist of a source that was deleted is refused', async () => {
  const root = publishableRepository('6.0.0', { 'packages/one/src/gone.ts': 'export const gone = 1;\n' });
  git(root, 'tag', '@icechunk/one@6.0.0');
  const later = { name: '@icechunk/one', version: '6.0.1' };
  const manifest = JSON.parse(git(root, 'show', 'HEAD:packages/one/package.json')) as object;
  await build(root);
  rmSync(join(root, 'packages/one/src/gone.ts'));
  commit(root, { 'packages/one/package.json': JSON.stringify({ ...manifest, ...later }) });
  expect(await reasonsOf(root)).toEqual([
    '@icechunk/one: dist/gone.d.ts.map leads to src/gone.ts, which is not in it',
    '@icechunk/one: dist/gone.js.map leads to src/gone.ts, which is not in it',
  ]);
});

test('only a package without a repository is warned of', () => {
  expect(warningsOf({ name: 'a', version: '1.0.0', repository: { type: 'git', url: 'somewhere' } })).toEqual([]);
  expect(warningsOf({ name: 'a', version: '1.0.0' })).toHaveLength(1);
});
