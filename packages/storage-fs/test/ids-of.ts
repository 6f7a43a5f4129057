import type { Storage } from '@icechunk/storage-core';

/** What a storage lists, in its order. */
export async function idsOf(storage: Storage, prefix = ''): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of storage.listObjects(prefix)) ids.push(id);
  return ids;
}
