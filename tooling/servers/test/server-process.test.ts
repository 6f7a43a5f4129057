import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ServerCommand, ServerProcess } from '../src/server-process.ts';
import { pageServer } from './fixtures/page-server.ts';

interface About {
  readonly pid: number;
  readonly folder: string;
  readonly starts: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const started: ServerProcess[] = [];
const start = async (command: ServerCommand): Promise<ServerProcess> => {
  const server = await ServerProcess.start(command);
  started.push(server);
  return server;
};
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(started.splice(0).map((server) => server.stop()));
});
const about = async (server: ServerProcess): Promise<About> => (await (await fetch(server.url)).json()) as About;
const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );
const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('ServerProcess', () => {
  it('starts each server on a port and in a folder of its own, and leaves nothing', async () => {
    const [one, two] = await Promise.all([start(pageServer()), start(pageServer())]);
    const [first, second] = [await about(one), await about(two)];
    expect(one.port).not.toBe(two.port);
    expect(first.folder).not.toBe(second.folder);
    await one.stop();
    expect([runs(first.pid), await isThere(first.folder)]).toEqual([false, false]);
    expect([runs(second.pid), await isThere(second.folder)]).toEqual([true, true]);
    await one.stop();
  });

  it('shows the server nothing of the environment but PATH and what it is given', async () => {
    vi.stubEnv('MINIO_SOMETHING', 'of the user');
    const server = await start({ ...pageServer(), env: { GIVEN: 'yes' } });
    const { env, folder } = await about(server);
    expect(env).toMatchObject({ PATH: process.env['PATH'], HOME: folder, GIVEN: 'yes' });
    expect(env['MINIO_SOMETHING']).toBeUndefined();
  });

  it('starts again on the same port in the same folder, running or killed', async () => {
    const server = await start(pageServer());
    const first = await about(server);
    await server.kill();
    expect(runs(first.pid)).toBe(false);
    await server.restart();
    await server.restart();
    const third = await about(server);
    expect(third).toMatchObject({ folder: first.folder, starts: [server.port, server.port, server.port].map(String) });
    expect(third.pid).not.toBe(first.pid);
    expect(server.output).toContain('start number 1\nstart number 2\nstart number 3');
  });

  it('takes another port where one was taken in between', async () => {
    const server = await start(pageServer({ startsThatFail: 2 }));
    const { starts } = await about(server);
    expect(starts).toHaveLength(3);
    expect(starts[2]).toBe(String(server.port));
    expect(new Set(starts).size).toBe(3);
  });

  it('gives up where every port is taken', async () => {
    await expect(start(pageServer({ startsThatFail: 99 }))).rejects.toThrow('five free ports taken');
  });

  it('says that its port was taken while it was down', async () => {
    const server = await start(pageServer());
    await server.kill();
    const other = createServer((_, response) => response.end());
    other.listen(server.port, '127.0.0.1');
    await once(other, 'listening');
    await expect(server.restart()).rejects.toThrow(`found port ${server.port} taken`);
    other.close();
  });

  it('shows what the server wrote where it ends before it answers', async () => {
    const broken: ServerCommand = {
      ...pageServer(),
      args: () => ['-e', 'console.log("out of wits"); process.exit(3)'],
    };
    await expect(start(broken)).rejects.toThrow('the page server ended (3) before it answered. It wrote:\nout of wits');
  });

  it('says that the program is not there', async () => {
    await expect(start({ ...pageServer(), command: 'no-such-program' })).rejects.toThrow(
      'spawn no-such-program ENOENT',
    );
  });

  it('gives up on a server that answers otherwise than it does when it is ready', async () => {
    const late = { ...pageServer({ status: 503 }), readyWithinMs: 500 };
    await expect(start(late)).rejects.toThrow(/did not answer \/about with 200 within 500 ms. It wrote:\n/);
  });
});

describe('a process that goes without stopping its server', () => {
  it.each([['SIGKILL'], ['SIGTERM'], ['SIGINT'], ['leave'], ['throw']] as const)(
    '%s: leaves no server and no folder',
    async (way) => {
      const script = join(import.meta.dirname, 'fixtures/forgetful.ts');
      const child = spawn(process.execPath, [script, way], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
      const ended = once(child, 'exit');
      const [line] = await once(child.stdout, 'data');
      const { pid, folder } = JSON.parse(String(line)) as About;
      // The whole group, as a terminal's Ctrl-C does.
      if (way.startsWith('SIG') && child.pid) process.kill(-child.pid, way as NodeJS.Signals);
      await ended;
      await expect.poll(async () => [runs(pid), await isThere(folder)], { timeout: 20_000 }).toEqual([false, false]);
    },
  );
});
