import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '@icechunk-tooling/processes';
import { addTag, dirtyTree, hasTag, tagOf } from './git.ts';
import { build, pack } from './pack.ts';
import { type PublicPackage, publicPackages } from './public-packages.ts';
import { publishedVersions, registryOf } from './published.ts';
import { refuseFor } from './refusal.ts';
import type { Tarball } from './tarball.ts';
import { tarballProblems } from './tarball-problems.ts';
import { unannounced } from './unannounced.ts';

/** Where a release goes. */
export interface PublishOptions {
  /** The registry; npm's configured one unless given. */
  readonly registry?: string;
  /** Which of npm's tags the versions get; `latest` unless given. */
  readonly npmTag?: string;
  /** Told what is done, a line at a time. */
  readonly say: (line: string) => void;
}

/**
 * Builds, packs, checks, uploads and tags every package whose version has no tag yet, each after those that it depends on. The tags
 * are not pushed.
 *
 * Nothing is uploaded unless everything may be. Where an upload fails, those before it are tagged, and the next run goes on after them.
 *
 * @returns The tags, in the order of publication; none where everything was released before.
 * @throws Refusal A dirty tree, changes without a changeset, a version that the registry has, or a tarball with a problem.
 */
export async function publish(root: string, options: PublishOptions): Promise<readonly string[]> {
  refuseFor(await dirtyTree(root));
  refuseFor(await unannounced(root));
  const packages = await untagged(root);
  if (packages.length === 0) return [];
  const registry = await registryOf(root, options.registry);
  refuseFor(await alreadyPublished(packages, registry));
  return await withTarballs(root, packages, async (tarballs) => {
    refuseFor((await Promise.all(tarballs.map(tarballProblems))).flat());
    const warnings = tarballs.flatMap(({ manifest }) => warningsOf(manifest));
    if (canProve()) refuseFor(warnings);
    for (const line of warnings) options.say(`warning: ${line}`);
    const tags: string[] = [];
    for (const tarball of tarballs) tags.push(await release(root, registry, tarball, options));
    return tags;
  });
}

/** What is missed by whoever looks at a release, and hinders it only where its origin is to be proved. */
export function warningsOf({ name, repository }: Tarball['manifest']): readonly string[] {
  if (repository !== undefined) return [];
  return [
    `${name} has no "repository" in its package.json, without which there is no provenance: see docs/releasing.md`,
  ];
}

async function untagged(root: string): Promise<readonly PublicPackage[]> {
  const packages = await publicPackages(root);
  const tagged = await Promise.all(
    packages.map(({ manifest }) => hasTag(root, tagOf(manifest.name, manifest.version))),
  );
  return packages.filter((_, index) => !tagged[index]);
}

/** The reasons of versions that a registry has though no tag says that they were released from here. */
async function alreadyPublished(packages: readonly PublicPackage[], registry: string): Promise<readonly string[]> {
  const found = await Promise.all(
    packages.map(async ({ dir, manifest: { name, version } }) => {
      const versions = await publishedVersions(registry, name);
      const mend = `run pnpm release:version, or tag the commit that it was made of with ${tagOf(name, version)}`;
      return versions.includes(version) ? [`${dir}: ${name} ${version} is published already: ${mend}`] : [];
    }),
  );
  return found.flat();
}

async function withTarballs<Result>(
  root: string,
  packages: readonly PublicPackage[],
  use: (tarballs: readonly Tarball[]) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'icechunk-release-'));
  try {
    await build(root);
    const names = packages.map(({ manifest }) => manifest.name);
    return await use((await pack(root, folder)).filter(({ manifest }) => names.includes(manifest.name)));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @see https://docs.npmjs.com/trusted-publishers (seen 2026-11) */
async function release(root: string, registry: string, tarball: Tarball, options: PublishOptions): Promise<string> {
  const { npmTag = 'latest', say } = options;
  const { name, version } = tarball.manifest;
  const provenance = canProve() ? ['--provenance'] : [];
  const args = [
    'publish',
    tarball.file,
    '--access',
    'public',
    '--tag',
    npmTag,
    '--registry',
    `${registry}/`,
    ...provenance,
  ];
  await run('npm', args, { cwd: root });
  const tag = tagOf(name, version);
  await addTag(root, tag);
  say(`New tag: ${tag}`);
  return tag;
}

// GitHub gives this to jobs that may identify themselves, and only these can prove where a tarball comes from.
function canProve(): boolean {
  return process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] !== undefined;
}
