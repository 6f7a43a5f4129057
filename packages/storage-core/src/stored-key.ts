import { checkKeyLength } from './key.ts';
import type { Mechanics } from './mechanics.ts';
import type { Operation } from './runner.ts';

/**
 * The key under which a path is stored; the path has been checked.
 *
 * @throws {@link StorageError} `invalid_path` where the key is too long; whatever asking the provider for its layout fails
 * with, after the retries that the settings allow.
 */
export async function storedKey(mechanics: Mechanics, operation: Operation, path: string): Promise<string> {
  const key = await answered(mechanics, operation, () => mechanics.client.keys.toKey(path));
  checkKeyLength(key, path);
  return key;
}

/** What the keys of all objects under a checked prefix begin with. Errors as {@link storedKey}. */
export async function storedKeyPrefix(mechanics: Mechanics, operation: Operation, prefix: string): Promise<string> {
  const keyPrefix = await answered(mechanics, operation, () => mechanics.client.keys.toKeyPrefix(prefix));
  checkKeyLength(keyPrefix.replace(/\/$/, ''), prefix);
  return keyPrefix;
}

// Nearly every mapping knows its layout, and needs none of what surrounds a request.
async function answered(
  { runner }: Mechanics,
  operation: Operation,
  ask: () => string | Promise<string>,
): Promise<string> {
  let asked: string | Promise<string> | undefined = ask();
  if (typeof asked === 'string') return asked;
  // Where the runner refuses to begin, nobody hears of it.
  asked.catch(() => {});
  return await runner.run(operation, async () => {
    const answer = asked ?? ask();
    asked = undefined;
    return await answer;
  });
}
