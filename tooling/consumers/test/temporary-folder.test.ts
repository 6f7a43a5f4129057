import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { withTemporaryFolder } from '../src/temporary-folder.ts';

it('lends an empty folder, and gives what came of it', async () => {
  const [one, other] = await Promise.all(
    [0, 1].map(() => withTemporaryFolder(async (folder) => [folder, await readdir(folder)])),
  );
  expect(one?.[1]).toEqual([]);
  expect(one?.[0]).not.toEqual(other?.[0]);
});

it('removes it with all that is in it, also after a failure', async () => {
  let lent = '';
  const used = withTemporaryFolder(async (folder) => {
    lent = folder;
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a/b'), '');
    throw new Error('broken');
  });
  await expect(used).rejects.toThrow('broken');
  await expect(stat(lent)).rejects.toThrow('ENOENT');
});
