import { once } from 'node:events';
import { commitOnTop } from './commit.ts';
import { meansOf } from './grid.ts';
import type { Axis, RacerMessage } from './race.ts';
import { openRepository, readGrid, writeSeries } from './repository.ts';

/** A process of the race: stages the means along one axis, says so, and commits on the word. */
async function main(path: string, axis: Axis): Promise<void> {
  const repository = await openRepository(path);
  const session = await repository.writableSession('main');
  await writeSeries(session, `mean_by_${axis}`, meansOf(await readGrid(session), axis));
  const go = once(process, 'message');
  await say({ kind: 'ready' });
  await go;
  await say({ kind: 'landed', ...(await commitOnTop(session, `means by ${axis}, by process ${process.pid}`)) });
}

function say(message: RacerMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}

// Nobody is left to say the word; the engine's callbacks would keep the process alive.
process.once('disconnect', () => process.exit(1));
const [path = '', axis] = process.argv.slice(2);
await main(path, axis as Axis);
process.exit(0);
