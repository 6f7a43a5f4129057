import { describe, expect, test } from 'vitest';
import { call, type Port, runSteps, type Steps } from '../src/steps.ts';

describe('steps', () => {
  const port = {
    unlink: async (path: string) => path === 'there',
    clock: () => Promise.reject(new Error('no clock')),
  } as unknown as Port;

  test('make their calls one after the other and see what each gave', async () => {
    function* steps(): Steps<readonly boolean[]> {
      return [yield* call('unlink', 'there'), yield* call('unlink', 'gone')];
    }
    expect(await runSteps(steps(), port)).toEqual([true, false]);
  });

  test('can catch what a call throws, and otherwise reject with it', async () => {
    function* careful(): Steps<string> {
      try {
        return String(yield* call('clock', '/'));
      } catch (error) {
        return `${error} ${yield* call('unlink', 'there')}`;
      }
    }
    expect(await runSteps(careful(), port)).toBe('Error: no clock true');
    await expect(runSteps(call('clock', '/'), port)).rejects.toThrow('no clock');
  });
});
