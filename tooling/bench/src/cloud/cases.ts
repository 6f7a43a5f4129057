import type { Storage } from '@icechunk/storage-core';
import { Contest, type Field } from './compete.ts';
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

/** Everything that is measured of a cloud, one task after another. */
export async function cloudCases({ name, field, listers, storage, rounds }: CloudPlan): Promise<CloudRow[]> {
  const contest = await Contest.start(field);
  try {
    const rows: CloudRow[] = [];
    for (const { label, sizeBytes, operations } of sizes) {
      await storage.putObject(sourceKey(sizeBytes), new Uint8Array(sizeBytes).fill(7));
      rows.push({
        case: `${name} get ${label}`,
        standings: await contest.hold({ verb: 'get', sizeBytes, operations }, rounds),
      });
      rows.push({
        case: `${name} put ${label}`,
        standings: await contest.hold({ verb: 'put', sizeBytes, operations }, rounds),
      });
    }
    await storage.putObject(sourceKey(RANGE_BYTES + 1), new Uint8Array(RANGE_BYTES + 1));
    rows.push({
      case: `${name} get 100 MiB of a range`,
      standings: await contest.hold({ verb: 'getRange', sizeBytes: RANGE_BYTES }, rounds),
    });
    rows.push({
      case: `${name} put 256 MiB in parts`,
      standings: await contest.hold({ verb: 'putLarge', sizeBytes: LARGE_BYTES }, Math.min(rounds, 5)),
    });
    const many = { prefix: 'bench/many', objects: OBJECTS };
    const before = (): Promise<void> => putAll(storage, many);
    await before();
    rows.push({
      case: `${name} list ${OBJECTS}, an object`,
      standings: await contest.hold({ verb: 'list', ...many }, rounds, { names: listers }),
    });
    rows.push({
      case: `${name} delete ${OBJECTS}, an object`,
      standings: await contest.hold({ verb: 'delete', ...many }, Math.min(rounds, 3), { names: listers, before }),
    });
    return rows;
  } finally {
    contest.close();
  }
}

async function putAll(storage: Storage, objects: { readonly prefix: string; readonly objects: number }): Promise<void> {
  const keys = keysOf(objects);
  await many(keys.length, (index) => storage.putObject(keys[index] as string, new Uint8Array(1)));
}
