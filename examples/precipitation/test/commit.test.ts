import { Repository, Storage } from '@earthmover/icechunk';
import { describe, expect, it } from 'vitest';
import { commitOnTop } from '../src/commit.ts';
import { writeGrid, writePart, writeSeries } from '../src/repository.ts';

const grid = { width: 4, height: 4, values: new Int32Array(16) };

describe('commitOnTop', () => {
  it('puts the commit on top of one that was first', async () => {
    const repository = await Repository.create(await Storage.newInMemory());
    const [first, second] = [await repository.writableSession('main'), await repository.writableSession('main')];
    await writeSeries(first, 'a', Float64Array.of(1));
    await writeSeries(second, 'b', Float64Array.of(2));
    const winner = await commitOnTop(first, 'first');
    const loser = await commitOnTop(second, 'second');
    expect([winner.rebases, loser.rebases]).toEqual([0, 1]);
    const log = (await repository.ancestry({ branch: 'main' })).map(({ id }) => id);
    expect(log.slice(0, 2)).toEqual([loser.snapshotId, winner.snapshotId]);
  });

  it('rejects where both changed the same chunk', async () => {
    const repository = await Repository.create(await Storage.newInMemory());
    const base = await repository.writableSession('main');
    await writeGrid(base, grid);
    await commitOnTop(base, 'base');
    const sessions = [await repository.writableSession('main'), await repository.writableSession('main')] as const;
    for (const [index, session] of sessions.entries()) {
      const values = new Int32Array(16).fill(index + 1);
      await writePart(session, { ...grid, values }, { rows: [0, 1], columns: [0, 1] });
    }
    await commitOnTop(sessions[0], 'first');
    await expect(commitOnTop(sessions[1], 'second')).rejects.toThrow('cannot rebase');
  });
});
