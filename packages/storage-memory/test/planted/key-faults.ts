import { type Storage, StorageError } from '@icechunk/storage-core';
import { changed, type PlantedFault, plant } from './plant.ts';

/** Names that are changed on their way, so that one path reaches the object of another. */
export const keyFaults: readonly PlantedFault[] = [
  mapped('percent-decoded', 'decodes percent signs', 'key.percent-literal', (path) =>
    path.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
  ),
  mapped('plus-is-space', 'takes a plus for a space', 'key.space-plus', (path) => path.replaceAll('+', ' ')),
  mapped('case-folded', 'knows no upper case', 'key.case', (path) => path.toLowerCase()),
  mapped('composed', 'composes letters and accents', 'key.unicode', (path) => path.normalize('NFC')),
  mapped('backslash-separates', 'takes a backslash for a slash', 'key.backslash', (path) => path.replaceAll('\\', '/')),
  mapped('slash-trimmed', 'drops slashes at the ends', 'key.slash-ends', (path) => path.replace(/^\/+|\/+$/g, '')),
  mapped('double-slash-collapsed', 'makes one slash of two', 'key.double-slash', (path) =>
    path.replace(/\/{2,}/g, '/'),
  ),
  mapped('dots-resolved', 'resolves dots as a browser does', 'key.dot-segments', (path) =>
    /(^|\/)\.{1,2}(\/|$)/.test(path) ? resolved(path) : path,
  ),
  mapped('query-cut', 'cuts a key at its question mark', 'key.reserved', (path) => path.replace(/(.)\?.*$/, '$1')),
  mapped('ampersand-unescaped', 'unescapes keys once too often', 'key.reserved', (path) =>
    path.replaceAll('&amp;', '&'),
  ),
  mapped('controls-dropped', 'drops control characters', 'key.control-chars', (path) =>
    [...path].filter((character) => character >= ' ' && character !== '\x7f').join(''),
  ),
  mapped('surrogates-replaced', 'encodes half a character as U+FFFD', 'key.lone-surrogate', (path) =>
    new TextDecoder().decode(new TextEncoder().encode(path)),
  ),
  mapped('long-key-cut', 'cuts keys at 800 characters', 'key.long', (path) => path.slice(0, 800)),
  mapped('empty-key-kept', 'keeps an object under no name', 'key.empty', (path) => (path === '' ? 'unnamed' : path)),
  plant('folder-hides-object', 'keeps no object beside a folder of its name', 'key.file-and-dir', {
    client: (client, objects) =>
      changed(client, {
        put: async (request, context) => {
          const { key } = request;
          const parents = [...key.matchAll(/\//g)].map(({ index }) => key.slice(0, index));
          if (parents.some((parent) => objects.get(parent)) || objects.list(`${key}/`, '', 1).length > 0)
            throw new StorageError({ kind: 'invalid_path', message: 'there is a folder of this name' });
          return await client.put(request, context);
        },
      }),
  }),
];

/** A storage that changes paths before anything looks at them. */
function mapped(id: string, does: string, caughtBy: string, change: (path: string) => string): PlantedFault {
  return plant(id, does, caughtBy, {
    storage: (storage) =>
      changed<Storage>(storage, {
        getObject: (path, options) => storage.getObject(change(path), options),
        getObjectConditional: (path, version, options) => storage.getObjectConditional(change(path), version, options),
        putObject: (path, data, options) => storage.putObject(change(path), data, options),
        copyObject: (from, to, options) => storage.copyObject(change(from), change(to), options),
        getObjectLastModified: (path, options) => storage.getObjectLastModified(change(path), options),
        deleteObjects: (prefix, items, options) =>
          storage.deleteObjects(
            prefix,
            eachOf(items, (item) => ({ ...item, id: change(item.id) })),
            options,
          ),
      }),
  });
}

async function* eachOf<T>(items: Iterable<T> | AsyncIterable<T>, change: (item: T) => T): AsyncGenerator<T> {
  for await (const item of items) yield change(item);
}

function resolved(path: string): string {
  return new URL(path, 'http://root/').pathname.slice(1).replace(/\/$/, '') || 'root';
}
