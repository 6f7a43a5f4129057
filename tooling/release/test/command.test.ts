import { afterEach, expect, test, vi } from 'vitest';
import { asCommand } from '../src/command.ts';
import { Refusal } from '../src/refusal.ts';

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

test('a refusal is told a reason a line, and ends the command with 1', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue();
  await asCommand(async () => {
    throw new Refusal(['the tree is dirty', 'one has no changeset']);
  });
  expect(said.mock.calls).toEqual([['refused: the tree is dirty'], ['refused: one has no changeset']]);
  expect(process.exitCode).toBe(1);
});

test('anything else is thrown on', async () => {
  await expect(asCommand(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  await asCommand(async () => {});
  expect(process.exitCode).toBeUndefined();
});
