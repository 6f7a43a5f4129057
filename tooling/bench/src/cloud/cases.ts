import type { Storage } from '@icechunk/storage-core';
import { Contest, type Field } from './compete.ts';
import type { CloudTask } from './contender.ts';
import { keysOf, many, sourceKey } from './run-task.ts';
import type { CloudRow } from './table.ts';

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

const sizes = [
  { label: '4 KiB', sizeBytes: 4 * KIBIBYTE, operations: 400 },
  { label: '64 KiB', sizeBytes: 64 * KIBIBYTE, operations: 300 },
  { label: '1 MiB', sizeBytes: MEBIBYTE, operations: 64 },
  { label: '12 MiB', sizeBytes: 12 * MEBIBYTE, operations: 16 },
] as const;

const RANGE_BYTES = 100 * MEBIBYTE;
const LARGE_BYTES = 256 * MEBIBYTE;
const OBJECTS = 10_000;

/** A field on one server. */
export interface CloudPlan {
  /** For example `s3`. */
  readonly name: string;
  readonly field: Field;
  /** Those of the field that list and delete. */
  readonly listers: readonly string[];
  /** A storage at the bucket's root, to put what is to be read. */
  readonly storage: Storage;
  readonly rounds: number;
}

/** One thing that is measured. */
interface Case {
  readonly name: string;
  readonly task: CloudTask;
  readonly rounds: number;
  /** What has to be there, once. */
  readonly prepare?: () => Promise<unknown>;
  readonly options?: Parameters<Contest['hold']>[2];
}

/**
 * Everything that is measured of a cloud, one task after another.
 *
 * @param wanted Leaves cases out by their names.
 * @param say Told of each row as it is there.
 */
export async function cloudCases(
  plan: CloudPlan,
  wanted: (name: string) => boolean,
  say: (row: CloudRow) => void,
): Promise<CloudRow[]> {
  const contest = await Contest.start(plan.field);
  try {
    const rows: CloudRow[] = [];
    for (const { name, task, rounds, prepare, options } of casesOf(plan).filter((one) => wanted(one.name))) {
      await prepare?.();
      const row = { case: `${plan.name} ${name}`, standings: await contest.hold(task, rounds, options) };
      say(row);
      rows.push(row);
    }
    return rows;
  } finally {
    contest.close();
  }
}

function casesOf({ storage, listers, rounds }: CloudPlan): Case[] {
  const source = (sizeBytes: number) => () =>
    storage.putObject(sourceKey(sizeBytes), new Uint8Array(sizeBytes).fill(7));
  const all = { prefix: 'bench/many', objects: OBJECTS };
  const putMany = (): Promise<void> => putAll(storage, all);
  return [
    ...sizes.flatMap(({ label, sizeBytes, operations }): Case[] => [
      { name: `get ${label}`, task: { verb: 'get', sizeBytes, operations }, rounds, prepare: source(sizeBytes) },
      { name: `put ${label}`, task: { verb: 'put', sizeBytes, operations }, rounds },
    ]),
    {
      name: 'range 100 MiB',
      task: { verb: 'getRange', sizeBytes: RANGE_BYTES },
      rounds,
      prepare: source(RANGE_BYTES + 1),
    },
    { name: 'parts 256 MiB', task: { verb: 'putLarge', sizeBytes: LARGE_BYTES }, rounds: Math.min(rounds, 5) },
    {
      name: `list ${OBJECTS}, an object`,
      task: { verb: 'list', ...all },
      rounds,
      prepare: putMany,
      options: { names: listers },
    },
    {
      name: `delete ${OBJECTS}, an object`,
      task: { verb: 'delete', ...all },
      rounds: Math.min(rounds, 3),
      options: { names: listers, before: putMany },
    },
  ];
}

async function putAll(storage: Storage, objects: { readonly prefix: string; readonly objects: number }): Promise<void> {
  const keys = keysOf(objects);
  await many(keys.length, (index) => storage.putObject(keys[index] as string, new Uint8Array(1)));
}
