import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitAll } from '@icechunk-tooling/consumers';
import { pnpm, run } from '@icechunk-tooling/processes';
import { waitingBumps, writeChangeset } from './changesets.ts';
import { dirtyTree, tagOf } from './git.ts';
import { type PublicPackage, publicPackages } from './public-packages.ts';
import { refuseFor } from './refusal.ts';
import { newestEntry } from './show.ts';
import { unannounced } from './unannounced.ts';

/** The parts of a rehearsal that are on the way from a tree to a commit that can be published. */
export interface Rehearsal {
  /** A clone, with versions and changelogs committed, and what the lockfile names installed. */
  readonly clone: string;
  readonly packages: readonly PublicPackage[];
  /** What the changelogs of those gained whose version moved, by package. */
  readonly changes: ReadonlyMap<string, string>;
}

/**
 * Takes what HEAD holds, and the changesets that wait there, as far as the commit that a release would be made of. Where no
 * changeset waits, one is written in the clone that moves every package by a patch.
 *
 * @param clone Where the clone goes; must not exist.
 * @throws Refusal Of a dirty tree, and of changes that no changeset names.
 */
export async function rehearseVersions(root: string, clone: string): Promise<Rehearsal> {
  refuseFor(await dirtyTree(root));
  await run('git', ['clone', '--quiet', '--no-hardlinks', root, clone], { cwd: root });
  refuseFor(await unannounced(clone));
  await pnpm(['install', '--frozen-lockfile', '--prefer-offline'], { cwd: clone });
  const before = (await publicPackages(clone)).map(({ manifest }) => manifest);
  if ((await waitingBumps(clone)).size === 0) {
    const names = before.map(({ name }) => name);
    await writeChangeset(clone, 'rehearsal.md', names, 'patch');
    await commitAll(clone, 'Rehearse a change');
  }
  await pnpm(['run', 'release:version'], { cwd: clone });
  await commitAll(clone, 'Release');
  await removeTags(clone);
  const packages = await publicPackages(clone);
  const moved = packages.filter(
    ({ manifest }) =>
      !before.some(({ name, version }) => tagOf(name, version) === tagOf(manifest.name, manifest.version)),
  );
  return { clone, packages, changes: await changesOf(clone, moved) };
}

// The registry of a rehearsal has nothing yet, and what is tagged counts as published.
async function removeTags(clone: string): Promise<void> {
  const tags = (await run('git', ['tag'], { cwd: clone })).split('\n').filter(Boolean);
  if (tags.length > 0) await run('git', ['tag', '--delete', ...tags], { cwd: clone });
}

async function changesOf(clone: string, packages: readonly PublicPackage[]): Promise<ReadonlyMap<string, string>> {
  const entries = packages.map(async ({ dir, manifest: { name } }): Promise<[string, string]> => {
    const changelog = await readFile(join(clone, dir, 'CHANGELOG.md'), 'utf8').catch(() => '');
    return [name, newestEntry(changelog)];
  });
  return new Map(await Promise.all(entries));
}
