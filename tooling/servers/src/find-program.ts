import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { installProgram } from './install-program.ts';
import type { GoProgram } from './programs.ts';
import { ownSurroundings, type Surroundings } from './surroundings.ts';
import { ServerUnavailable } from './unavailable.ts';

/**
 * The path of a server's program: the one on PATH in whatever version, else the one in the cache, else that which
 * `go install` puts into the cache now.
 *
 * @throws ServerUnavailable Where there is no Go to install it with, or Go failed.
 */
export async function findProgram(program: GoProgram, surroundings: Surroundings = ownSurroundings()): Promise<string> {
  const path = foldersOf(surroundings.env['PATH']);
  const given = await firstExecutable(path, program.onPath);
  if (given) return given;
  const folder = join(cacheFolder(surroundings.env), `${program.name.toLowerCase()}-${program.version}`);
  const cached = await firstExecutable([folder], program.file);
  if (cached) return cached;
  const go = await firstExecutable([...path, ...surroundings.goFolders], 'go');
  if (!go) throw noGo(program);
  await installProgram({ program, go, folder, surroundings });
  return join(folder, program.file);
}

/** `$XDG_CACHE_HOME/icechunk-storage-test-servers`, below `~/.cache` where that is not set. Safe to delete. */
export function cacheFolder(env: Surroundings['env']): string {
  return join(env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache'), 'icechunk-storage-test-servers');
}

function noGo({ name, onPath, endpointVariable }: GoProgram): ServerUnavailable {
  const endpoint = endpointVariable ? ` and no ${endpointVariable}` : '';
  const orEndpoint = endpointVariable ? `, or set ${endpointVariable} to a running server` : '';
  return new ServerUnavailable(
    `no ${name} and no Go on this machine${endpoint}`,
    `install Go, or put ${onPath} on PATH${orEndpoint}`,
  );
}

function foldersOf(path: string | undefined): string[] {
  return (path ?? '').split(delimiter).filter((folder) => folder !== '');
}

async function firstExecutable(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const file = join(folder, name);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}
