import { Repository } from '@earthmover/icechunk';
import { toZarritaStore } from '@icechunk/storage-core/icechunk';
import * as zarr from 'zarrita';
import type { CommitRead } from './commit.ts';
import { engineOn } from './engine-storage.ts';
import { runJob } from './parent.ts';

type Root = zarr.Location<ReturnType<typeof toZarritaStore>>;

await runJob(async (_job, parent) => {
  const repository = await Repository.open((await engineOn(parent)).storage);
  const { store } = await repository.readonlySession({ branch: 'main' });
  const root = zarr.root(toZarritaStore(store));
  const commits: CommitRead[] = [];
  // The last one is the repository's own beginning.
  for (const { id, message } of (await repository.ancestry({ branch: 'main' })).slice(0, -1)) {
    commits.push({ id, message, cells: await cellsIn(root, message) });
  }
  await parent.tell({ answer: commits.map((commit) => ({ ...commit })) });
});

async function cellsIn(root: Root, name: string): Promise<number[] | string> {
  try {
    const { data } = await zarr.get(await zarr.open(root.resolve(name), { kind: 'array' }));
    return Array.from(data as Int32Array, Number);
  } catch (error) {
    return String(error).trim();
  }
}
