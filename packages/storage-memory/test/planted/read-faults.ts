import {
  isStorageError,
  type ObjectBody,
  type Storage,
  type StorageClient,
  StorageError,
} from '@icechunk/storage-core';
import { moment } from './moment.ts';
import { changed, type PlantedFault, plant } from './plant.ts';

/** Ranges, bodies, and what a reader is given while others write. */
export const readFaults: readonly PlantedFault[] = [
  plant('range-end-inclusive', 'takes the end of a range for its last byte', 'get.range-inner', {
    storage: (storage) => ranged(storage, ({ start, end }) => ({ start, end: end > start ? end + 1 : end })),
  }),
  plant('range-start-late', 'begins a range a byte late', 'get.range-inner', {
    client: (client, objects) =>
      changed(client, {
        get: async (request, context) => {
          const answer = await client.get(request, context);
          const { range, key } = request;
          const data = objects.get(key)?.data;
          if (answer.kind !== 'found' || !range || !data) return answer;
          const late = new Uint8Array(data.byteLength + 1);
          late.set(data);
          return { ...answer, body: bodyOf(late.slice(answer.range.start + 1, answer.range.end + 1)) };
        },
      }),
  }),
  plant('range-padded', 'fills a range past the end with zeros', 'get.range-end-beyond', {
    storage: (storage) =>
      changed(storage, {
        getObject: async (path, options) => {
          const body = await storage.getObject(path, options);
          const range = options?.range;
          if (!range || range.end <= body.range.end || range.start === range.end) return body;
          const padded = async (): Promise<Uint8Array<ArrayBuffer>> => {
            const bytes = new Uint8Array(range.end - range.start);
            bytes.set(await body.bytes());
            return bytes;
          };
          return changed<ObjectBody>(body, { range, bytes: padded });
        },
      }),
  }),
  plant('range-beyond-is-empty', 'gives no bytes for a range past the end', 'get.range-start-beyond', {
    storage: (storage) =>
      changed(storage, {
        getObject: (path, options = {}) =>
          storage.getObject(path, options).catch((err: unknown) => {
            const { range } = options;
            if (!range || range.end <= range.start || !isStorageError(err, 'invalid_range')) throw err;
            return storage.getObject(path, { ...options, range: { start: 0, end: 0 } });
          }),
      }),
  }),
  plant('empty-range-is-all', 'takes an empty range for none', 'get.range-empty', {
    storage: (storage) =>
      changed(storage, {
        getObject: (path, { range, ...options } = {}) =>
          storage.getObject(path, { ...options, ...(range && range.start !== range.end && { range }) }),
      }),
  }),
  plant('range-mended', 'makes sense of a range that has none', 'get.range-invalid', {
    storage: (storage) =>
      ranged(storage, ({ start, end }) => {
        const whole = (value: number): number => Math.min(Math.max(0, Math.trunc(value) || 0), 2 ** 53 - 1);
        return { start: whole(start), end: Math.max(whole(start), whole(end)) };
      }),
  }),
  plant('range-refused-at-the-end', 'refuses a range that ends past the object', 'get.range-end-beyond', {
    client: (client, objects) =>
      changed(client, {
        get: async (request, context) => {
          const size = objects.get(request.key)?.sizeBytes;
          if (size !== undefined && request.range && request.range.end > size)
            throw new StorageError({ kind: 'invalid_range', message: 'past the end' });
          return await client.get(request, context);
        },
      }),
  }),
  plant('last-byte-lost', 'loses the last byte of a range that ends with the object', 'get.range-edges', {
    storage: (storage) =>
      changed(storage, {
        getObject: async (path, options) => {
          const body = await storage.getObject(path, options);
          const range = options?.range;
          const atEnd = range?.end === body.sizeBytes && range.start < range.end;
          return atEnd ? changed<ObjectBody>(body, { bytes: async () => (await body.bytes()).slice(0, -1) }) : body;
        },
      }),
  }),
  plant('parts-of-read-swapped', 'gives the parts of a read as they come', 'get.range-split', {
    storage: (storage) =>
      changed(storage, {
        getObject: async (path, options) => {
          const body = await storage.getObject(path, options);
          const { idealConcurrentRequestSize } = storage.settings.concurrency;
          if (!options?.range || body.range.end - body.range.start <= idealConcurrentRequestSize) return body;
          const swapped = async (): Promise<Uint8Array<ArrayBuffer>> => {
            const bytes = await body.bytes();
            const second = bytes.slice(idealConcurrentRequestSize);
            bytes.copyWithin(second.byteLength, 0, idealConcurrentRequestSize);
            bytes.set(second);
            return bytes;
          };
          return changed<ObjectBody>(body, { bytes: swapped });
        },
      }),
  }),
  plant('split-read-torn', 'gives later parts of a read from whatever is there', 'get.torn-split', {
    client: (client) =>
      changed(client, {
        get: async ({ ifVersion, ...request }, context) => {
          const answer = await client.get(request, context);
          return answer.kind === 'found' && ifVersion ? { ...answer, version: ifVersion } : answer;
        },
      }),
  }),
  plant('read-torn', 'reads an object in two halves, with others in between', 'get.torn-overwrite', {
    client: (client, objects) =>
      changed(client, {
        get: async (request, context) => {
          const answer = await client.get(request, context);
          if (answer.kind !== 'found' || request.range || request.ifVersion || answer.sizeBytes > 10_000) return answer;
          const half = Math.floor(answer.sizeBytes / 2);
          const first = objects.get(request.key)?.data.slice(0, half) ?? new Uint8Array();
          await moment();
          const data = objects.get(request.key)?.data.slice(half) ?? new Uint8Array();
          const torn = new Uint8Array(answer.sizeBytes);
          torn.set(first);
          torn.set(data.subarray(0, torn.byteLength - half), half);
          return { ...answer, body: bodyOf(torn) };
        },
      }),
  }),
  plant('version-of-a-later-state', 'asks for the version after the bytes', 'get.torn-split', {
    client: (client) =>
      changed(client, {
        get: async (request, context) => {
          const answer = await client.get(request, context);
          if (answer.kind !== 'found' || request.ifVersion) return answer;
          await moment();
          const { version } = await client.head(request.key, context).catch(() => answer);
          return { ...answer, version };
        },
      }),
  }),
  plant('short-body-filled', 'fills a body that broke off with zeros', 'get.short-body', { above: withFilledBodies }),
  plant('answers-swapped', 'mixes up its answers where many are asked for at once', 'get.roundtrip', {
    client: (client, objects) => {
      let asked: string[] = [];
      return changed(client, {
        get: async (request, context) => {
          asked.push(request.key);
          const together = asked;
          await Promise.resolve();
          asked = [];
          const [other] = together;
          const swapped = together.length > 10 && other !== undefined && objects.get(other) !== undefined;
          return await client.get(swapped ? { ...request, key: other } : request, context);
        },
      });
    },
  }),
  plant('missing-is-empty', 'gives an empty object for a missing one', 'get.missing', {
    client: (client, objects) =>
      changed(client, {
        get: async (request, context) => {
          if (objects.get(request.key)) return await client.get(request, context);
          const nothing = { sizeBytes: 0, range: { start: 0, end: 0 }, body: bodyOf(new Uint8Array()) };
          return { kind: 'found', version: { etag: '"nothing"' }, ...nothing };
        },
      }),
  }),
  plant('folder-is-object', 'gives an empty object for a folder', 'get.missing', {
    client: (client, objects) =>
      changed(client, {
        get: async (request, context) => {
          const isFolder = objects.list(`${request.key}/`, '', 1).length > 0;
          if (objects.get(request.key) || !isFolder) return await client.get(request, context);
          const nothing = { sizeBytes: 0, range: { start: 0, end: 0 }, body: bodyOf(new Uint8Array()) };
          return { kind: 'found', version: { etag: '"folder"' }, ...nothing };
        },
      }),
  }),
  plant('buffer-shared', 'hands the same buffer to every reader', 'put.ownership', {
    storage: (storage) => {
      const buffers = new Map<string, Uint8Array<ArrayBuffer>>();
      return changed(storage, {
        getObject: async (path, options) => {
          const body = await storage.getObject(path, options);
          const bytes = async (): Promise<Uint8Array<ArrayBuffer>> => {
            const key = JSON.stringify([path, body.version, body.range]);
            const kept = buffers.get(key) ?? (await body.bytes());
            buffers.set(key, kept);
            return kept;
          };
          return changed<ObjectBody>(body, { bytes });
        },
      });
    },
  }),
];

function ranged(
  storage: Storage,
  change: (range: { start: number; end: number }) => { start: number; end: number },
): Storage {
  return changed(storage, {
    getObject: (path, { range, ...options } = {}) =>
      storage.getObject(path, { ...options, ...(range && { range: change(range) }) }),
  });
}

function withFilledBodies(client: StorageClient): StorageClient {
  return changed(client, {
    get: async (request, context) => {
      const answer = await client.get(request, context);
      if (answer.kind !== 'found') return answer;
      const { body, range } = answer;
      const filled = async function* (): AsyncGenerator<Uint8Array> {
        let left = range.end - range.start;
        try {
          for await (const chunk of body) {
            left -= chunk.byteLength;
            yield chunk;
          }
        } catch {
          // What a careless backend does.
        }
        if (left > 0) yield new Uint8Array(left);
      };
      return { ...answer, body: { [Symbol.asyncIterator]: filled, cancel: () => body.cancel() } };
    },
  });
}

function bodyOf(bytes: Uint8Array): { [Symbol.asyncIterator](): AsyncGenerator<Uint8Array>; cancel(): void } {
  return {
    async *[Symbol.asyncIterator]() {
      yield bytes;
    },
    cancel() {},
  };
}
