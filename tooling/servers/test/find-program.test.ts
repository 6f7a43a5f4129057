import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheFolder, findProgram } from '../src/find-program.ts';
import { GO_PROGRAMS } from '../src/programs.ts';
import type { Surroundings } from '../src/surroundings.ts';
import { ServerUnavailable } from '../src/unavailable.ts';
import { calls, fakeGo, PROGRAM, script } from './fake-go.ts';

let root: string;
let told: string[];
let surroundings: Surroundings;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'find-program-'));
  told = [];
  surroundings = {
    env: { PATH: `${root}/empty:${root}/bin`, XDG_CACHE_HOME: `${root}/cache` },
    goFolders: [],
    tell: (line) => told.push(line),
  };
});
afterEach(() => rm(root, { recursive: true, force: true }));

const cached = (): string => join(root, 'cache/icechunk-storage-test-servers/some-server-v1.2.3/server');

describe('findProgram', () => {
  it('takes the program on PATH before the one in the cache', async () => {
    await script(cached());
    const onPath = await script(join(root, 'bin/some-server'));
    expect(await findProgram(PROGRAM, surroundings)).toBe(onPath);
  });

  it('takes the program in the cache before Go', async () => {
    await script(cached());
    await fakeGo(join(root, 'bin'));
    expect(await findProgram(PROGRAM, surroundings)).toBe(cached());
    expect(told).toEqual([]);
  });

  it('does not take what cannot be executed, nor a program of another version', async () => {
    await script(join(root, 'bin/some-server'));
    await chmod(join(root, 'bin/some-server'), 0o644);
    await script(cached().replace('v1.2.3', 'v1.2.2'));
    await expect(findProgram(PROGRAM, surroundings)).rejects.toThrow(ServerUnavailable);
  });

  it('installs what is nowhere, says so, and finds it the next time', async () => {
    await fakeGo(join(root, 'bin'));
    expect(await findProgram(PROGRAM, surroundings)).toBe(cached());
    expect(await findProgram(PROGRAM, surroundings)).toBe(cached());
    expect(await calls(root)).toEqual(['install example.org/some/cmd/server@v1.2.3 | -buildvcs=false']);
    expect(await readFile(cached(), 'utf8')).toBe('built\n');
    expect(told).toEqual([
      expect.stringMatching(/^installing Some-Server v1.2.3 with go, once, which takes about 1 second/),
      expect.stringMatching(/^installed Some-Server in \d+ s$/),
    ]);
  });

  it('looks for Go where its installer puts it, too', async () => {
    await fakeGo(join(root, 'go-home'));
    expect(await findProgram(PROGRAM, { ...surroundings, goFolders: [join(root, 'go-home')] })).toBe(cached());
  });

  it('says why and what to do where there is no Go', async () => {
    await expect(findProgram(PROGRAM, surroundings)).rejects.toThrow(
      new ServerUnavailable(
        'no Some-Server and no Go on this machine and no ICECHUNK_TEST_SOME_ENDPOINT',
        'install Go, or put some-server on PATH, or set ICECHUNK_TEST_SOME_ENDPOINT to a running server',
      ),
    );
    const { endpointVariable: _, ...without } = PROGRAM;
    await expect(findProgram(without, surroundings)).rejects.toThrow(
      'no Some-Server and no Go on this machine: install Go, or put some-server on PATH',
    );
  });

  it('knows each program by a folder of its own', () => {
    const names = Object.values(GO_PROGRAMS).map(({ name, version }) => `${name.toLowerCase()}-${version}`);
    expect(names).toEqual(['minio-v0.0.0-20250907161309-07c3a429bfed', 'fake-gcs-server-v1.56.1', 'toxiproxy-v2.5.0']);
  });
});

describe('cacheFolder', () => {
  it.each([
    [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/icechunk-storage-test-servers'],
    [{ XDG_CACHE_HOME: '', HOME: '/h' }, '/h/.cache/icechunk-storage-test-servers'],
    [{ HOME: '/h' }, '/h/.cache/icechunk-storage-test-servers'],
  ])('of %j is %s', (env, folder) => {
    expect(cacheFolder(env)).toBe(folder);
  });
});
