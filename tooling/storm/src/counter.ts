import { isStorageError, type Storage, type WriteCondition } from '@icechunk/storage-core';

/** The lines of a counter, and the condition under which the next may be added. */
export interface Counter {
  readonly lines: readonly string[];
  readonly condition: WriteCondition;
}

/**
 * The counter as it is; without lines where it is absent.
 *
 * Read again where it was replaced while a broken read was being resumed, which is a lost race like a refused put: the body has
 * named its version by then, and can neither go on nor begin anew.
 */
export async function readCounter(storage: Storage, path: string): Promise<Counter> {
  try {
    const body = await storage.getObject(path);
    const text = new TextDecoder().decode(await body.bytes());
    return { lines: text.split('\n').slice(0, -1), condition: { kind: 'update', version: body.version } };
  } catch (error) {
    if (isStorageError(error, 'changed_while_reading')) return await readCounter(storage, path);
    if (!isStorageError(error, 'not_found')) throw error;
    return { lines: [], condition: { kind: 'create' } };
  }
}

/** The counter's bytes with one more line. */
export function withLine({ lines }: Counter, line: string): Uint8Array {
  return new TextEncoder().encode([...lines, line].map((one) => `${one}\n`).join(''));
}
