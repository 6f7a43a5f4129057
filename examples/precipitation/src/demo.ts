import { commitOnTop } from './commit.ts';
import { compare, type Grid, meansOf, readSource, sahara, withRain } from './grid.ts';
import { drawLegend, drawMap } from './map.ts';
import { race } from './race.ts';
import { openRepository, readGrid, readSeries, writeGrid, writePart } from './repository.ts';

const MILLIMETRES = 1_000;
const MAP_COLUMNS = 72;

/**
 * Commits, changes, commits, lets two processes commit at once, reads everything back and compares it.
 *
 * @param path The repository's folder; made where there is none.
 * @param colours Whether maps are drawn in colour.
 * @param say Takes each line of the story.
 * @throws Error where anything read back is not what was written.
 */
export async function runDemo(path: string, colours: boolean, say: (line: string) => void): Promise<void> {
  const source = await readSource();
  const changed = withRain(source, sahara, MILLIMETRES);
  const repository = await openRepository(path);
  const before = await repository.ancestry({ branch: 'main' });
  say(`Repository  ${path} (${before.length === 1 ? 'new' : `${before.length - 1} commits so far`})`);

  const first = await repository.writableSession('main');
  await writeGrid(first, source);
  const { snapshotId: original } = await commitOnTop(first, 'annual precipitation');
  say(`Commit      ${original}: annual precipitation, ${source.width} x ${source.height} cells`);

  const second = await repository.writableSession('main');
  await writePart(second, changed, sahara);
  const { snapshotId: wetter } = await commitOnTop(second, `the Sahara with ${MILLIMETRES} mm more`);
  say(`Change      ${wetter}: the Sahara with ${MILLIMETRES} mm more rain`);

  say('Race        two processes commit to the same branch at once');
  const finishes = await race(path);
  for (const { pid, axis, snapshotId, rebases } of finishes) {
    say(
      `            ${snapshotId}: means by ${axis}, by process ${pid}, ${rebases === 0 ? 'first' : 'rebased on the other'}`,
    );
  }

  const log = await checkLog(path, [original, wetter, ...finishes.map(({ snapshotId }) => snapshotId)], before.length);
  say(`Log         ${log} commits, each of these once: neither process's is lost`);
  const grids = await checkCells(path, { [original]: source, [wetter]: changed }, say);
  await checkMeans(path, changed);
  say('Check       both processes wrote what they computed: the means are those of the cells');
  for (const [index, grid] of grids.entries()) {
    say(index === 0 ? 'Before' : 'After');
    for (const line of drawMap(grid, MAP_COLUMNS, colours)) say(line);
  }
  say(drawLegend(colours));
  say(`Run it again with --path ${path}: it adds to the log.`);
}

async function checkLog(path: string, snapshotIds: readonly string[], before: number): Promise<number> {
  const log = await (await openRepository(path)).ancestry({ branch: 'main' });
  for (const snapshotId of snapshotIds) {
    const times = log.filter(({ id }) => id === snapshotId).length;
    if (times !== 1) throw new Error(`commit ${snapshotId} is ${times} times in the log`);
  }
  if (log.length < before + snapshotIds.length) throw new Error(`the log holds ${log.length} snapshots only`);
  return log.length - 1;
}

async function checkCells(
  path: string,
  expected: Readonly<Record<string, Grid>>,
  say: (line: string) => void,
): Promise<readonly Grid[]> {
  const repository = await openRepository(path);
  const grids = [];
  for (const [snapshotId, source] of Object.entries(expected)) {
    const grid = await readGrid(await repository.readonlySession({ snapshotId }));
    const { equal, cells } = compare(grid, source);
    say(`Check       ${snapshotId}: ${equal} of ${cells} cells read back as the source has them`);
    if (equal !== cells) throw new Error(`${cells - equal} cells of ${snapshotId} are not what was written`);
    grids.push(grid);
  }
  return grids;
}

async function checkMeans(path: string, grid: Grid): Promise<void> {
  const session = await (await openRepository(path)).readonlySession({ branch: 'main' });
  for (const axis of ['latitude', 'longitude'] as const) {
    const [found, expected] = [await readSeries(session, `mean_by_${axis}`), meansOf(grid, axis)];
    const wrong =
      expected.filter((mean, index) => found[index] !== mean).length + Math.abs(found.length - expected.length);
    if (wrong > 0) throw new Error(`${wrong} means by ${axis} are not what was written`);
  }
}
