import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSource } from '../src/grid.ts';
import { openRepository, writeGrid } from '../src/repository.ts';

let path = '';
let racer: ChildProcess | undefined;
beforeAll(async () => {
  path = join(await mkdtemp(join(tmpdir(), 'racer-')), 'precipitation');
  const session = await (await openRepository(path)).writableSession('main');
  await writeGrid(session, await readSource());
  await session.commit('annual precipitation');
});
afterAll(async () => {
  racer?.kill('SIGKILL');
  await rm(join(path, '..'), { recursive: true });
});

it('ends without a commit where the process that started it is gone', async () => {
  const execArgv = ['--conditions=@icechunk/source', '--disable-warning=ExperimentalWarning'];
  racer = fork(new URL('../src/racer.ts', import.meta.url), [path, 'latitude'], { execArgv });
  const ended = once(racer, 'exit');
  await once(racer, 'message');
  racer.disconnect();
  expect((await ended)[0]).toBe(1);
  expect(await (await openRepository(path)).ancestry({ branch: 'main' })).toHaveLength(2);
}, 20_000);
