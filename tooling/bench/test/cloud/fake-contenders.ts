import type { CloudContender, OpenContender } from '../../src/cloud/contender.ts';

/** Objects in this process's memory; `liar` says that it read a byte less, and `slow` works for longer. */
export const open: OpenContender = async (name) => {
  const objects = new Map<string, Uint8Array>();
  const work = (): void => {
    const until = process.cpuUsage().user + (name === 'slow' ? 20_000 : 0);
    while (process.cpuUsage().user < until);
  };
  const contender: CloudContender = {
    put: async (key, data) => {
      work();
      objects.set(key, data);
    },
    putLarge: async (key, data) => void objects.set(key, data),
    get: async () => (name === 'liar' ? 4_095 : 4_096),
    getRange: async (_, start, end) => end - start,
    list: async () => objects.size,
  };
  return contender;
};
