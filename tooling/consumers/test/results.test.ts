import { expect, it } from 'vitest';
import { Results } from '../src/results.ts';

async function passes(): Promise<void> {}

async function fails(): Promise<void> {
  throw new Error('what it wrote\nin two lines');
}

it('prints a line for each package and client, and what failed with what it said', async () => {
  const results = new Results();
  expect(await results.check('two', 'npm', 'install', passes)).toBe(true);
  expect(await results.check('one', 'pnpm', 'install', passes)).toBe(true);
  expect(await results.check('one', 'pnpm', 'deno', fails)).toBe(false);
  expect(await results.check('two', 'npm', 'bundle', passes)).toBe(true);
  results.notes.push('a note');
  expect(
    results
      .table()
      .replaceAll(/\d+\.\d/g, '0.0')
      .split('\n'),
  ).toEqual([
    'package  client  install  deno    bundle',
    'one      pnpm    0.0      FAILED',
    'two      npm     0.0              0.0',
    'a note',
    'FAILED one, pnpm, deno:',
    'what it wrote',
    'in two lines',
    '3 passed, 1 failed (seconds in the table)',
  ]);
  expect(results.failures).toEqual([expect.objectContaining({ subject: 'one', client: 'pnpm', column: 'deno' })]);
});

it('takes whatever is thrown for a failure', async () => {
  const results = new Results();
  await results.check('one', 'npm', 'install', () => Promise.reject('a text'));
  expect(results.all).toEqual([expect.objectContaining({ failure: 'a text' })]);
});

it('refuses to tell two checks of one column apart', async () => {
  const results = new Results();
  await results.check('one', 'npm', 'install', passes);
  await expect(results.check('one', 'npm', 'install', fails)).rejects.toThrow('one, npm, install was checked before');
});
