import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RunFailed, run } from '@icechunk-tooling/processes';
import { underLock } from './install-lock.ts';
import type { GoProgram } from './programs.ts';
import type { Surroundings } from './surroundings.ts';
import { ServerUnavailable } from './unavailable.ts';

/** What is installed, with what, and where to. */
export interface Installation {
  readonly program: GoProgram;
  /** The path of the `go` command. */
  readonly go: string;
  /** The folder that shall hold the program; it appears whole or not at all. */
  readonly folder: string;
  readonly surroundings: Surroundings;
}

// Many times what the slowest takes on two cores.
const PATIENCE_MS = 3_600_000;

/**
 * Compiles a program into its folder. Of several processes that ask at once, one compiles and the others wait for it.
 *
 * @throws ServerUnavailable Where `go` failed, with the end of what it said.
 */
export async function installProgram(installation: Installation): Promise<void> {
  const { folder, program } = installation;
  const cache = dirname(folder);
  await mkdir(cache, { recursive: true });
  await underLock(`${folder}.lock`, async () => {
    if (await exists(join(folder, program.file))) return;
    await removeLeftovers(folder);
    const fresh = await mkdtemp(`${folder}.part-`);
    try {
      await goInstall(installation, fresh);
      await rename(fresh, folder).catch(async (err: unknown) => {
        // Put there by another process meanwhile, which is as good.
        if (!(await exists(join(folder, program.file)))) throw err;
      });
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  });
}

async function goInstall({ program, go, surroundings }: Installation, into: string): Promise<void> {
  const { name, version, installTakes } = program;
  surroundings.tell(
    `installing ${name} ${version} with go, once, which takes about ${installTakes} (into ${dirname(into)})`,
  );
  const before = performance.now();
  const env = {
    ...surroundings.env,
    GOBIN: into,
    // Go stops in a checkout that belongs to another user, unless told not to stamp its revision.
    GOFLAGS: `${surroundings.env['GOFLAGS'] ?? ''} -buildvcs=false`.trim(),
  };
  try {
    await run(go, ['install', `${program.package}@${version}`], { cwd: into, env, timeoutMs: PATIENCE_MS });
  } catch (err) {
    throw err instanceof RunFailed ? goFailed(program, err.output || err.message) : err;
  }
  surroundings.tell(`installed ${name} in ${Math.round((performance.now() - before) / 1000)} s`);
}

function goFailed({ name, version, onPath, endpointVariable }: GoProgram, said: string): ServerUnavailable {
  const lines = said.trim().split('\n').slice(-3).join(' / ');
  const orEndpoint = endpointVariable ? `, or set ${endpointVariable} to a running server` : '';
  return new ServerUnavailable(
    `go could not install ${name} ${version} (${lines})`,
    `mend what it says, or put ${onPath} on PATH${orEndpoint}`,
  );
}

async function removeLeftovers(folder: string): Promise<void> {
  const names = (await readdir(dirname(folder))).filter((name) => name.startsWith(`${basename(folder)}.part-`));
  await Promise.all(names.map((name) => rm(join(dirname(folder), name), { recursive: true, force: true })));
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
