import { Repository, Storage } from '@earthmover/icechunk';
import { toIcechunkCallbacks, toZarritaStore } from '@icechunk/storage-core/icechunk';
import { localFilesystemStorage } from '@icechunk/storage-fs';
import * as zarr from 'zarrita';
import { type Box, cellsOf, type Grid } from './grid.ts';

/** A session of the engine, to read or to write. */
export type Session = Awaited<ReturnType<Repository['writableSession']>>;

const GRID = 'precipitation';

/**
 * The repository in a folder, made where there is none.
 *
 * @throws What the storage said where it failed: the engine itself keeps its kind and path, and no more.
 */
export async function openRepository(path: string): Promise<Repository> {
  let failure: Error | undefined;
  const callbacks = toIcechunkCallbacks(localFilesystemStorage(path), {
    onEvent: (event) => {
      if (event.kind === 'call_failed') failure = event.error;
    },
  });
  try {
    return await Repository.openOrCreate(Storage.newCustom(callbacks));
  } catch (error) {
    throw failure ?? error;
  }
}

/** Stages a whole grid, in 4 x 4 chunks. */
export async function writeGrid(session: Session, { width, height, values }: Grid): Promise<void> {
  const array = await zarr.create(locate(session, GRID), {
    shape: [height, width],
    chunkShape: [Math.ceil(height / 4), Math.ceil(width / 4)],
    dtype: 'int32',
    dimensionNames: ['latitude', 'longitude'],
    attributes: { units: 'mm', long_name: 'annual precipitation' },
  });
  await zarr.set(array, null, { data: values, shape: [height, width], stride: [width, 1] });
}

/** Stages a part of a grid over what is there. */
export async function writePart(session: Session, grid: Grid, box: Box): Promise<void> {
  const array = await zarr.open(locate(session, GRID), { kind: 'array' });
  const [rows, columns] = [zarr.slice(...box.rows), zarr.slice(...box.columns)];
  const width = box.columns[1] - box.columns[0];
  const shape = [box.rows[1] - box.rows[0], width];
  await zarr.set(array, [rows, columns], { data: cellsOf(grid, box), shape, stride: [width, 1] });
}

/** The grid as a session sees it. */
export async function readGrid(session: Session): Promise<Grid> {
  const { data, shape } = await zarr.get(await zarr.open(locate(session, GRID), { kind: 'array' }));
  const [height, width] = shape;
  if (!(data instanceof Int32Array) || height === undefined || width === undefined) {
    throw new Error(`the array ${GRID} has another shape or type than was written`);
  }
  return { width, height, values: data };
}

/** Stages a series of numbers under a name. */
export async function writeSeries(session: Session, name: string, data: Float64Array): Promise<void> {
  const layout = { shape: [data.length], chunkShape: [data.length], dtype: 'float64' } as const;
  const array = await zarr.create(locate(session, name), {
    ...layout,
    shape: [...layout.shape],
    chunkShape: [...layout.chunkShape],
  });
  await zarr.set(array, null, { data, shape: [data.length], stride: [1] });
}

/** A series as a session sees it. */
export async function readSeries(session: Session, name: string): Promise<Float64Array> {
  const { data } = await zarr.get(await zarr.open(locate(session, name), { kind: 'array' }));
  if (!(data instanceof Float64Array)) throw new Error(`the array ${name} has another type than was written`);
  return data;
}

function locate(session: Session, name: string): ReturnType<typeof root> {
  return root(session).resolve(name);
}

function root(session: Session) {
  return zarr.root(toZarritaStore(session.store));
}
