import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installProgram } from '../src/install-program.ts';
import { calls, fakeGo, PROGRAM } from './fake-go.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'install-program-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const folder = (): string => join(root, 'cache/some-server-v1.2.3');
const install = (env: Record<string, string> = {}): Promise<void> =>
  installProgram({
    program: PROGRAM,
    go: join(root, 'go/go'),
    folder: folder(),
    surroundings: { env, goFolders: [], tell: () => undefined },
  });

describe('installProgram', () => {
  it('keeps the flags that Go was given', async () => {
    await fakeGo(join(root, 'go'));
    await install({ GOFLAGS: '-mod=mod' });
    expect(await calls(root)).toEqual(['install example.org/some/cmd/server@v1.2.3 | -mod=mod -buildvcs=false']);
  });

  it('installs once where several ask at the same time, and leaves the program alone', async () => {
    await fakeGo(join(root, 'go'));
    await Promise.all([install(), install(), install()]);
    expect(await calls(root)).toHaveLength(1);
    expect(await readdir(dirname(folder()))).toEqual(['some-server-v1.2.3']);
    expect(await readdir(folder())).toEqual(['server']);
  });

  it('clears away what an install left that was cut off', async () => {
    await fakeGo(join(root, 'go'));
    await mkdir(`${folder()}.part-cut/deep`, { recursive: true });
    await install();
    expect(await readdir(dirname(folder()))).toEqual(['some-server-v1.2.3']);
  });

  it('says what Go said where it failed, leaves nothing, and tries again the next time', async () => {
    await fakeGo(join(root, 'go'), 'echo half > "$GOBIN/server"; echo "no route to host" >&2; exit 1');
    for (const attempt of [1, 2]) {
      await expect(install()).rejects.toThrow(
        /^go could not install Some-Server v1.2.3 \(no route to host\): .* or set ICECHUNK_TEST_SOME_ENDPOINT/,
      );
      expect(await calls(root)).toHaveLength(attempt);
    }
    expect(await readdir(dirname(folder()))).toEqual([]);
  });
});
