import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runDemo } from './run-demo.ts';

describe('the demo on the command line', () => {
  it('explains itself', async () => {
    const { code, out, err } = await runDemo('--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('--path <folder>');
  });

  it('refuses arguments that make no sense with code 2, and names them', async () => {
    for (const [args, named] of [
      [['--pth', 'x'], '--pth'],
      [['here'], 'here'],
      [['--path'], '--path'],
      [['--path', ''], '--path'],
    ] as const) {
      const { code, out, err } = await runDemo(...args);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err.split('\n')[0]).toContain(named);
    }
  });

  it('fails with code 1 where something else lies in the folder, and leaves it alone', async () => {
    const path = await mkdtemp(join(tmpdir(), 'demo-'));
    try {
      await writeFile(join(path, 'notes'), 'mine');
      const { code, err } = await runDemo('--path', path);
      expect(code).toBe(1);
      expect(err).toBe(`demo: ${path}: repositories can only be created in clean prefixes\n`);
      expect(await readdir(path)).toEqual(['notes']);
    } finally {
      await rm(path, { recursive: true });
    }
  });

  it('fails with code 1 where a file is in the way, in the words of the storage', async () => {
    const path = await mkdtemp(join(tmpdir(), 'demo-'));
    try {
      const file = join(path, 'notes');
      await writeFile(file, 'mine');
      const { code, err } = await runDemo('--path', file);
      expect(code).toBe(1);
      expect(err).toContain(`demo: ${file}: invalid_options: path is a file, and takes a folder`);
    } finally {
      await rm(path, { recursive: true });
    }
  });
});
