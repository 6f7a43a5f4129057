import { type CloudContender, type CloudTask, inFlight } from './contender.ts';

/** The key of an object that gets read, which {@link prepare} has put. */
export const sourceKey = (sizeBytes: number): string => `bench/source-${sizeBytes}`;

/** Does a task once, and checks that all of it was done. @returns How many operations that were. */
export async function runTask(contender: CloudContender, task: CloudTask, data: Uint8Array): Promise<number> {
  switch (task.verb) {
    case 'get':
      await many(task.operations, async () => same(await contender.get(sourceKey(task.sizeBytes)), task.sizeBytes));
      return task.operations;
    case 'put':
      await many(task.operations, (index) => contender.put(`bench/put-${index % 50}`, data));
      return task.operations;
    case 'getRange': {
      // Not from the start: a rival that ignored the range would be found out.
      const read = await contender.getRange(sourceKey(task.sizeBytes + 1), 1, task.sizeBytes + 1);
      same(read, task.sizeBytes);
      return 1;
    }
    case 'putLarge':
      await contender.putLarge('bench/large', data);
      return 1;
    case 'list':
      same(await contender.list?.(task.prefix), task.objects);
      return task.objects;
    case 'delete':
      await contender.delete?.(keysOf(task));
      return task.objects;
  }
}

/** The keys of the objects of a listing or a delete. */
export function keysOf({ prefix, objects }: { readonly prefix: string; readonly objects: number }): string[] {
  return Array.from({ length: objects }, (_, index) => `${prefix}/${String(index).padStart(6, '0')}`);
}

/** Does `work` so many times, {@link inFlight} at once. */
export async function many(operations: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < operations) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(inFlight, operations) }, worker));
}

function same(got: number | undefined, wanted: number): void {
  if (got !== wanted) throw new Error(`${got} instead of ${wanted}`);
}
