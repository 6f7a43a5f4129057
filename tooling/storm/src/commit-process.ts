import { Repository } from '@earthmover/icechunk';
import { toZarritaStore } from '@icechunk/storage-core/icechunk';
import * as zarr from 'zarrita';
import { cellsOf } from './commit.ts';
import { type Engine, engineOn } from './engine-storage.ts';
import type { Stage } from './messages.ts';
import { type Parent, runJob } from './parent.ts';

type Session = Awaited<ReturnType<Repository['writableSession']>>;

class Commit {
  readonly #name: string;
  readonly #parent: Parent;
  readonly #engine: Engine;
  #stage: Stage = 'session';

  constructor(name: string, parent: Parent, engine: Engine) {
    this.#name = name;
    this.#parent = parent;
    this.#engine = engine;
  }

  async make(repository: Repository): Promise<void> {
    this.#engine.takeFailures();
    const outcome = await this.#outcome(repository);
    await this.#parent.tell({ ...outcome, name: this.#name, events: this.#parent.takeEvents() });
  }

  async #outcome(repository: Repository) {
    try {
      const session = await repository.writableSession('main');
      this.#stage = 'write';
      await this.#write(session);
      await this.#parent.tell({ kind: 'trying', name: this.#name });
      return { kind: 'acknowledged' as const, ...(await this.#commitOnTop(session)) };
    } catch (error) {
      const reason = [String(error).trim(), ...this.#engine.takeFailures()].join('; ');
      return { kind: 'failed' as const, stage: this.#stage, reason };
    }
  }

  async #write(session: Session): Promise<void> {
    const data = cellsOf(this.#name);
    const root = zarr.root(toZarritaStore(session.store));
    const shape = [data.length];
    const array = await zarr.create(root.resolve(this.#name), { shape, chunkShape: [4], dtype: 'int32' });
    await zarr.set(array, null, { data, shape, stride: [1] });
  }

  async #commitOnTop(session: Session): Promise<{ readonly snapshotId: string; readonly lostRaces: number }> {
    for (let lostRaces = 0; ; lostRaces++) {
      try {
        this.#stage = 'commit';
        return { snapshotId: await session.commit(this.#name), lostRaces };
      } catch (error) {
        if (!(error instanceof Error && error.message.startsWith('branch update conflict'))) throw error;
        this.#stage = 'rebase';
        await session.rebase();
      }
    }
  }
}

/** One array after another, each in a commit of its own, until the process is told to stop. */
await runJob(async ({ worker }, parent) => {
  const engine = await engineOn(parent);
  const repository = await Repository.open(engine.storage);
  for (let count = 0; !parent.stopped; count++) await new Commit(`${worker}-${count}`, parent, engine).make(repository);
});
