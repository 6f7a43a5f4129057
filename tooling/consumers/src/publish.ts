import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pnpm } from '@icechunk-tooling/processes';
import { type PublishedPackage, packagesOf } from './packages.ts';

/** Which of npm's tags the versions get. */
export interface PublishOptions {
  readonly tag?: string;
}

/**
 * Publishes what `pnpm release:publish` publishes, with that very command: each package of a checkout whose version has no tag there.
 *
 * It sees a token that opens nothing and none of the user's configuration, so that nothing can be published anywhere else.
 *
 * @param registryUrl As `startRegistry` gives it.
 * @param checkout A clone of the repository that is nobody's working tree, installed, with all that is in it committed: the command
 * builds there and leaves tags.
 * @returns Each package of the checkout, once the registry has been seen to have it.
 * @throws RunFailed With what the command wrote; Error where the registry does not have a version afterwards.
 */
export async function publishAll(
  registryUrl: string,
  checkout: string,
  { tag }: PublishOptions = {},
): Promise<readonly PublishedPackage[]> {
  const folder = await mkdtemp(join(tmpdir(), 'icechunk-publish-'));
  try {
    const userconfig = join(folder, 'npmrc');
    await writeFile(userconfig, `registry=${registryUrl}\n${registryUrl.replace(/^\w+:/, '')}:_authToken=throwaway\n`);
    const env = { ...process.env, npm_config_registry: registryUrl, npm_config_userconfig: userconfig };
    const args = ['--registry', registryUrl, ...(tag === undefined ? [] : ['--tag', tag])];
    await pnpm(['run', 'release:publish', ...args], { cwd: checkout, env });
  } finally {
    await rm(folder, { recursive: true });
  }
  const packages = await packagesOf(checkout);
  for (const one of packages) await seePublished(registryUrl, one);
  return packages;
}

async function seePublished(registryUrl: string, { name, version }: PublishedPackage): Promise<void> {
  const answer = await fetch(`${registryUrl}${name.replace('/', '%2f')}`);
  const { versions } = (await answer.json()) as { readonly versions?: Readonly<Record<string, unknown>> };
  if (!versions?.[version]) throw new Error(`${name}@${version} is not in the registry after it was published`);
}
