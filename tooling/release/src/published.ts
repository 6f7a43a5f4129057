import { run } from '@icechunk-tooling/processes';

/** The registry that npm would publish a package to, without a slash at its end. */
export async function registryOf(root: string, given?: string): Promise<string> {
  const registry = given ?? (await run('npm', ['config', 'get', 'registry'], { cwd: root })).trim();
  return registry.replace(/\/+$/, '');
}

/**
 * The versions of a package that a registry has; none where it does not know the package.
 *
 * @throws Error Where the registry answers anything else: an unknown state is not an unpublished version.
 * @see https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md (seen 2026-11)
 */
export async function publishedVersions(registry: string, name: string): Promise<readonly string[]> {
  const headers = { accept: 'application/vnd.npm.install-v1+json' };
  const answer = await fetch(`${registry}/${name.replace('/', '%2f')}`, { headers });
  if (answer.status === 404) return [];
  if (!answer.ok) throw new Error(`the registry answers ${answer.status} when asked for ${name}`);
  const { versions = {} } = (await answer.json()) as { versions?: Record<string, unknown> };
  return Object.keys(versions);
}
