import { Repository, Storage } from '@earthmover/icechunk';
import { toIcechunkCallbacks, toZarritaStore } from '@icechunk/storage-core/icechunk';
import * as zarr from 'zarrita';
import { localFilesystemStorage } from '../src/index.ts';
import { type Acknowledged, cellsOf } from './storm-commit.ts';

type Session = Awaited<ReturnType<Repository['writableSession']>>;

/** Commits one array after another to one repository, each under a name of its own, until it is told to stop. */
async function work(path: string, worker: string): Promise<void> {
  const repository = await Repository.open(Storage.newCustom(toIcechunkCallbacks(localFilesystemStorage(path))));
  let stopped = false;
  process.on('message', () => {
    stopped = true;
  });
  for (let count = 0; !stopped; count++) {
    const name = `${worker}-${count}`;
    const session = await repository.writableSession('main');
    await write(session, name);
    await tell({ name, ...(await commitOnTop(session, name)) });
  }
}

async function write(session: Session, name: string): Promise<void> {
  const data = cellsOf(name);
  const root = zarr.root(toZarritaStore(session.store));
  const array = await zarr.create(root.resolve(name), { shape: [data.length], chunkShape: [4], dtype: 'int32' });
  await zarr.set(array, null, { data, shape: [data.length], stride: [1] });
}

async function commitOnTop(session: Session, message: string): Promise<Omit<Acknowledged, 'name'>> {
  for (let rebases = 0; ; rebases++) {
    try {
      return { snapshotId: await session.commit(message), rebases };
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('branch update conflict'))) throw error;
      await session.rebase();
    }
  }
}

function tell(commit: Acknowledged): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(commit, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

const [path = '', worker = ''] = process.argv.slice(2);
await work(path, worker);
// The engine's callbacks keep the process alive.
process.exit(0);
