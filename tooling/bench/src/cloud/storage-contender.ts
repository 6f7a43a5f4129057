import type { Storage } from '@icechunk/storage-core';
import type { CloudContender } from './contender.ts';

/** Ours, whatever the cloud: a storage at the bucket's root. */
export function storageContender(storage: Storage): CloudContender {
  return {
    put: async (key, data) => void (await storage.putObject(key, data)),
    get: async (key) => (await (await storage.getObject(key)).bytes()).byteLength,
    getRange: async (key, start, end) =>
      (await (await storage.getObject(key, { range: { start, end } })).bytes()).byteLength,
    putLarge: async (key, data) => void (await storage.putObject(key, data)),
    list: async (prefix) => {
      let count = 0;
      for await (const _ of storage.listObjects(prefix)) count++;
      return count;
    },
    delete: async (keys) => {
      const { failures } = await storage.deleteObjects(
        '',
        keys.map((id) => ({ id, sizeBytes: 1 })),
      );
      if (failures.length > 0) throw failures[0]?.error;
    },
  };
}
