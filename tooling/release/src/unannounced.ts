import { type Bump, waitingBumps } from './changesets.ts';
import { changedFiles, fileAt, forkPoint, hasTag, tagOf } from './git.ts';
import { type PublicPackage, publicPackages } from './public-packages.ts';

/** Fields of a package.json that nobody sees who installs the package. */
const UNSEEN: readonly string[] = ['devDependencies', 'scripts', 'version'];

/** What stands in a package.json before its first release. */
const UNRELEASED = '0.0.0';

/**
 * Packages that users would find changed and that no changeset names, one sentence each.
 *
 * What counts is what is compiled (`src`) and what package.json says to those who install. A package whose version moved since the
 * base is announced, as in the pull request that changesets opens.
 *
 * @param base A commit or branch: what changed since HEAD left it counts. Without one, each package is compared with the tag of its
 * version; where that is missing, the version is about to be released and announces it, unless it is `0.0.0`, which no changeset
 * has moved yet.
 */
export async function unannounced(root: string, base?: string): Promise<readonly string[]> {
  const bumps = await waitingBumps(root);
  const fork = base === undefined ? undefined : await forkPoint(root, base);
  const found = await Promise.all((await publicPackages(root)).map((one) => unannouncedIn(root, one, fork, bumps)));
  return found.flat();
}

async function unannouncedIn(
  root: string,
  one: PublicPackage,
  fork: string | undefined,
  bumps: ReadonlyMap<string, Bump>,
): Promise<string[]> {
  const { name, version } = one.manifest;
  if (bumps.has(name)) return [];
  const since = fork ?? (await lastRelease(root, name, version));
  if (since === undefined && version !== UNRELEASED) return [];
  const before = since === undefined ? undefined : await manifestAt(root, since, one);
  if (before !== undefined && before['version'] !== version) return [];
  const changed = await seenChanges(root, since, one, before);
  if (changed.length === 0) return [];
  const shown = changed.slice(0, 3).join(', ') + (changed.length > 3 ? `, and ${changed.length - 3} more` : '');
  return [`${name} changed since ${since ?? 'ever'} (${shown}) and no changeset names it: run pnpm changeset`];
}

async function lastRelease(root: string, name: string, version: string): Promise<string | undefined> {
  const tag = tagOf(name, version);
  return (await hasTag(root, tag)) ? tag : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

async function manifestAt(root: string, commit: string, { dir }: PublicPackage): Promise<Fields | undefined> {
  const text = await fileAt(root, commit, `${dir}/package.json`);
  return text === undefined ? undefined : (JSON.parse(text) as Fields);
}

async function seenChanges(
  root: string,
  since: string | undefined,
  one: PublicPackage,
  before: Fields | undefined,
): Promise<string[]> {
  const changed = await changedFiles(root, since, one.dir);
  const sources = changed.filter((file) => file.startsWith(`${one.dir}/src/`));
  const manifest = `${one.dir}/package.json`;
  const isSeen = changed.includes(manifest) && seenBy(await manifestAt(root, 'HEAD', one)) !== seenBy(before);
  return isSeen ? [manifest, ...sources] : sources;
}

function seenBy(fields: Fields = {}): string {
  return JSON.stringify(Object.entries(fields).filter(([field]) => !UNSEEN.includes(field)));
}
