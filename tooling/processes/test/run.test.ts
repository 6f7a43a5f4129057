import { describe, expect, it } from 'vitest';
import { RunFailed, run } from '../src/run.ts';

const here = { cwd: import.meta.dirname };

describe('run', () => {
  it('gives what a program wrote to its standard output, whole, and not what it warned of', async () => {
    expect(await run('sh', ['-c', 'echo one; echo two >&2'], here)).toBe('one\n');
    const long = await run('sh', ['-c', 'head -c 3000000 /dev/zero | tr "\\0" a'], here);
    expect(long).toBe('a'.repeat(3_000_000));
  });

  it('takes no character apart that comes in two pieces', async () => {
    expect(await run('sh', ['-c', "printf '\\303'; sleep 0.1; printf '\\251'"], here)).toBe('é');
  });

  it('starts it where it was told, with the environment that it was given', async () => {
    const env = { PATH: process.env['PATH'], ONLY: 'this' };
    expect(await run('sh', ['-c', 'echo $ONLY-$HOME; pwd'], { cwd: '/', env })).toBe('this-\n/\n');
  });

  it('rejects with the command and all that it wrote where it fails', async () => {
    const failed = run('sh', ['-c', 'echo one; echo two >&2; exit 3'], here);
    await expect(failed).rejects.toThrow(RunFailed);
    await expect(failed).rejects.toThrow(/^sh -c echo one.*\nended with 3 after \d+ s in .*\n(one\ntwo|two\none)$/);
    await expect(failed).rejects.toHaveProperty('output', expect.stringMatching(/^(one\ntwo|two\none)$/));
  });

  it('says so where it wrote nothing', async () => {
    const failed = run('sh', ['-c', 'exit 1'], here);
    await expect(failed).rejects.toThrow('(it wrote nothing)');
    await expect(failed).rejects.toHaveProperty('output', '');
  });

  it('ends what takes too long', async () => {
    await expect(run('sleep', ['60'], { ...here, timeoutMs: 100 })).rejects.toThrow('ended with SIGKILL');
  });

  it('does not wait for what it had started, which goes on', async () => {
    const failed: unknown = await run('sh', ['-c', 'sleep 300 & echo $!; wait'], { ...here, timeoutMs: 500 }).catch(
      (err: unknown) => err,
    );
    expect(failed).toBeInstanceOf(RunFailed);
    // Throws where it is gone.
    process.kill(Number((failed as RunFailed).output), 'SIGKILL');
  });

  it('rejects where there is no such program', async () => {
    await expect(run('no-such-program', [], here)).rejects.toThrow('was not started');
  });
});
