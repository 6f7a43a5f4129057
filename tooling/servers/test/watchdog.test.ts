import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { startWatchdog } from '../src/watchdog.ts';

const sleeper = (): ReturnType<typeof spawn> => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);

it('ends the process that it was told of last, and no other, and deletes the folder', async () => {
  const around = await mkdtemp(join(tmpdir(), 'watchdog-'));
  const folder = await mkdtemp(join(around, 'a folder-'));
  await writeFile(join(folder, 'file'), '');
  const [former, watched] = [sleeper(), sleeper()];
  const ended = once(watched, 'exit');
  const watchdog = startWatchdog(folder);
  watchdog.watch(former.pid);
  watchdog.watch(undefined);
  watchdog.watch(watched.pid);
  await watchdog.finish();
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect([former.exitCode, former.signalCode]).toEqual([null, null]);
  expect(await readdir(around)).toEqual([]);
  former.kill('SIGKILL');
  await rm(around, { recursive: true });
});

it('goes on with what takes longer than anybody waits for', async () => {
  const around = await mkdtemp(join(tmpdir(), 'watchdog-'));
  const folder = await mkdtemp(join(around, 'a folder-'));
  for (let count = 0; count < 300; count++) await writeFile(join(folder, String(count)), '');
  const watched = sleeper();
  const ended = once(watched, 'exit');
  const watchdog = startWatchdog(folder, 0);
  watchdog.watch(watched.pid);
  await watchdog.finish();
  expect(await ended).toEqual([null, 'SIGKILL']);
  await vi.waitFor(async () => expect(await readdir(around)).toEqual([]), 30_000);
  await rm(around, { recursive: true });
});

it('ends nothing where nothing is watched any more', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'watchdog-'));
  const former = sleeper();
  const watchdog = startWatchdog(folder);
  watchdog.watch(former.pid);
  watchdog.watch(undefined);
  await watchdog.finish();
  expect([former.exitCode, former.signalCode]).toEqual([null, null]);
  former.kill('SIGKILL');
});
