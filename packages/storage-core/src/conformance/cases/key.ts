import type { Storage } from '../../contract.ts';
import { isStorageError } from '../../errors.ts';
import { checkEqual, checkRejects, fail } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import type { CaseContext } from '../context.ts';
import { checkTreatedAlike, isRefused, type TracedKey, traceKey } from '../key-trace.ts';
import { checkAbsent, checkHolds, listed, read, show, write } from '../objects.ts';

/** What names may hold: each is one key, treated like any other, or refused by every operation where that is allowed. */
export const keyCases: readonly ConformanceCase[] = casesOf('key', [
  {
    id: 'key.unicode',
    proves: 'Emoji, flags, scripts from right to left, and composed and decomposed letters are keys of their own.',
    why: 'Arrays are named by people: two names that become one key let one array overwrite another.',
    async run({ storage }) {
      const names = ['é', 'e\u0301', '\u{1f9ca}', '\u{1f1ee}\u{1f1f8}', 'שלום', 'جليد', '氷の塊', '\ufb03', 'ffi'];
      await checkWork(storage, inFolders(names));
      await checkDistinct(storage, names, 'must work');
    },
  },
  {
    id: 'key.percent-literal',
    proves: 'A percent sign in a key is a character like any other: it is never decoded.',
    why: 'A key that is decoded on its way reaches another object than the one that the commit names.',
    async run({ storage }) {
      const names = ['%48%45', '%q', 'a%2fb', '%', '%%', '%25', '100%'];
      await checkWork(storage, inFolders(names));
      await checkDistinct(storage, [...names, 'a/b', '%2548'], 'must work');
    },
  },
  {
    id: 'key.space-plus',
    proves: 'A space, a plus and `%20` make three keys.',
    why: 'Forms and old clients take them for one: an array of one name would then overwrite that of another.',
    async run({ storage }) {
      const names = ['a b', 'a+b', 'a%20b', 'a%2bb'];
      await checkWork(storage, inFolders(names));
      await checkDistinct(storage, names, 'must work');
    },
  },
  {
    id: 'key.reserved',
    proves: 'Characters with a meaning in addresses and in XML come back as they were.',
    why: 'A key that is cut at `?` or `#`, or garbled in a listing, is written and never found again.',
    async run({ storage }) {
      const names = [...`?#&=;:,'"<>@$!*()[]{}|^~\``].map((character) => `k${character}k`);
      await checkWork(storage, inFolders([...names, 'k&amp;k', 'k?versionid=1']));
      await checkDistinct(storage, ['k', ...names, 'k&amp;k'], 'must work');
    },
  },
  {
    id: 'key.double-slash',
    proves: '`a//b` is another key than `a/b`, or is refused.',
    why: 'A path that is tidied up in silence overwrites the object of another path.',
    async run({ storage }) {
      await checkMayBeRefused(storage, atRoot(['a//b', 'a///b']));
      await checkDistinct(storage, ['a/b', 'a//b', 'a///b'], 'may be refused');
    },
  },
  {
    id: 'key.dot-segments',
    proves: '`.` and `..` never lead to another key, and never out of the root.',
    why: 'A name that climbs out of a repository reads and overwrites what belongs to others.',
    async run({ storage }) {
      const names = ['.', '..', './b', '../b', 'a/..', 'a/../b', 'a/./b', 'a/.'];
      await checkMayBeRefused(storage, atRoot(names));
      await checkDistinct(storage, ['b', 'a/b', ...names], 'may be refused');
    },
  },
  {
    id: 'key.backslash',
    proves: 'A backslash separates nothing: `a\\b` is another key than `a/b`, or is refused.',
    why: 'Where it separates, an object lands in a folder that no other system finds it in.',
    async run({ storage }) {
      const names = ['a\\b', 'a\\..\\b', '\\b', 'b\\'];
      await checkMayBeRefused(storage, atRoot(names));
      await checkDistinct(storage, ['b', 'a/b', ...names], 'may be refused');
    },
  },
  {
    id: 'key.control-chars',
    proves: 'Each control character comes back as it was, or is refused by every operation.',
    why: 'A character that is dropped or changed on its way makes an object that cannot be found again.',
    async run({ storage }) {
      const codes = [...Array.from({ length: 0x20 }, (_, code) => code), 0x7f];
      const names = codes.map((code) => `k${String.fromCharCode(code)}k`);
      await checkMayBeRefused(storage, inFolders(names));
      await checkDistinct(storage, ['kk', 'k', 'k k', ...names], 'may be refused');
    },
  },
  {
    id: 'key.lone-surrogate',
    proves: 'Half a character, which has no UTF-8, is refused by every operation.',
    why: 'Encoded all the same, every such key becomes the one that holds U+FFFD: they overwrite each other.',
    async run(context) {
      const { storage } = context;
      await checkRefused(context, ['k\ud800', 'k\udc00k', '\udc00\ud800', '\ud800']);
      for (const path of ['k\ufffd', 'k\ufffdk', '\ufffd\ufffd', '\ufffd']) {
        await checkAbsent(storage, path, `the key ${show(path)}, which nobody put`);
      }
    },
  },
  {
    id: 'key.long',
    proves: 'Keys of 900 bytes and segments of 220 characters work, and longer ones work or are refused, never cut.',
    why: 'Keys that are cut at some length become one: deep groups overwrite each other.',
    async run({ storage }) {
      const longest = longPath(900 - 'key-0/'.length);
      await checkWork(storage, inFolders([longest, 's'.repeat(220)]));
      const tooLong = [`${longPath(1_024)}x`, `${longPath(1_024)}y`, `${longPath(2_048)}z`];
      await checkMayBeRefused(storage, atRoot(tooLong));
      await checkDistinct(storage, [longPath(900), ...tooLong], 'may be refused');
    },
  },
  {
    id: 'key.slash-ends',
    proves: 'A slash at either end makes another key, or is refused.',
    why: 'A slash that is dropped in silence lets `a/` overwrite `a`.',
    async run({ storage }) {
      await checkMayBeRefused(storage, atRoot(['/a', 'a/', '/', '/a/']));
      await checkDistinct(storage, ['a', '/a', 'a/', '/a/'], 'may be refused');
    },
  },
  {
    id: 'key.empty',
    proves: 'No object has the empty key; a prefix may be empty.',
    why: 'An empty key names the root itself: a delete of it could take a whole repository.',
    async run(context) {
      const { storage } = context;
      const bytes = new Uint8Array([1]);
      await write(storage, 'folder/kept', bytes);
      await checkRefused(context, ['']);
      await checkHolds(storage, 'folder/kept', bytes, 'an object beside the empty key');
      const below = (await listed(storage, 'folder')).map((id) => `folder/${id}`);
      const seen = (await listed(storage, '')).filter((id) => id === '' || id.startsWith('folder'));
      checkEqual(seen, below, 'the ids of a folder under the empty prefix');
    },
  },
  {
    id: 'key.case',
    requires: ['caseSensitiveKeys'],
    proves: 'Upper and lower case make two keys.',
    why: 'Where they make one, the arrays `T` and `t` overwrite each other.',
    async run({ storage }) {
      await checkWork(storage, inFolders(['A', 'ARRAY', 'É']));
      await checkDistinct(storage, ['array', 'Array', 'ARRAY', 'é', 'É'], 'must work');
    },
  },
  {
    id: 'key.file-and-dir',
    requires: ['flatNamespace'],
    proves: '`a` and `a/b` are both objects, whichever comes first.',
    why: 'A store that takes one for a folder refuses the other in the middle of a commit.',
    async run({ storage }) {
      await checkDistinct(storage, ['a', 'a/b', 'a/b/c', 'z/b', 'z'], 'must work');
      await checkWork(storage, [...atRoot(['a', 'z']), { folder: 'a', name: 'b' }]);
    },
  },
]);

/** Each key in a folder of its own, so that a listing shows it alone. */
function inFolders(names: readonly string[]): TracedKey[] {
  return names.map((name, index) => ({ folder: `key-${index}`, name }));
}

function atRoot(names: readonly string[]): TracedKey[] {
  return names.map((name) => ({ folder: '', name }));
}

/** Every operation does with each key what it does with a plain one: what it does with all keys is for other cases. */
async function checkWork(storage: Storage, keys: readonly TracedKey[]): Promise<void> {
  const plain = await traceKey(storage, { folder: 'plain', name: 'key' });
  for (const key of keys) checkTreatedAlike(key, await traceKey(storage, key), plain);
}

async function checkMayBeRefused(storage: Storage, keys: readonly TracedKey[]): Promise<void> {
  const plain = await traceKey(storage, { folder: 'plain', name: 'key' });
  for (const key of keys) {
    const seen = await traceKey(storage, key);
    if (!isRefused(key, seen)) checkTreatedAlike(key, seen, plain);
  }
}

/** Refused by every operation; where calls are seen, none is made for it. */
async function checkRefused(context: CaseContext, names: readonly string[]): Promise<void> {
  const { storage, client } = await context.openWatched();
  for (const name of names) {
    await checkRejects(storage.putObject(name, new Uint8Array([1])), ['invalid_path'], `a put of ${show(name)}`);
    await checkRejects(storage.getObject(name), ['invalid_path'], `a get of ${show(name)}`);
  }
  checkEqual(client?.calls ?? [], [], 'the calls that were made for keys that no object has');
  for (const key of atRoot(names)) {
    const seen = await traceKey(storage, key);
    if (!isRefused(key, seen)) fail(`${show(key.name)}: expected invalid_path, saw ${seen.get('put')}`);
  }
}

/** All of them at once: each still holds what was put under it. */
async function checkDistinct(
  storage: Storage,
  paths: readonly string[],
  refusal: 'must work' | 'may be refused',
): Promise<void> {
  const held = new Map<string, string>();
  for (const [index, path] of paths.entries()) {
    const owner = `${index}`;
    try {
      await write(storage, path, new TextEncoder().encode(owner));
      held.set(path, owner);
    } catch (err) {
      if (refusal === 'must work' || !isStorageError(err, 'invalid_path')) throw err;
    }
  }
  for (const [path, owner] of held) {
    const seen = new TextDecoder().decode((await read(storage, path)).bytes);
    if (seen !== owner) fail(`${show(path)} holds what was put under ${show(paths[Number(seen)])}`);
  }
}

/** A path of so many bytes in segments of at most 220. */
function longPath(sizeBytes: number): string {
  const path = `${'l'.repeat(219)}/`.repeat(Math.ceil(sizeBytes / 220)).slice(0, sizeBytes);
  return path.endsWith('/') ? `${path.slice(0, -1)}l` : path;
}
