import type { ListedObject, ListPage } from './client.ts';
import type { ListInfo } from './contract.ts';
import { attemptSignal, noDeadline } from './deadline.ts';
import { pathFault } from './key.ts';
import type { Mechanics } from './mechanics.ts';
import { paginate } from './paginate.ts';
import type { Operation } from './runner.ts';
import { storedKeyPrefix } from './stored-key.ts';

/**
 * See {@link Storage.listObjects}; the prefix has been checked.
 *
 * @param prefix Without a `/` at its end.
 */
export async function* listObjects(
  mechanics: Mechanics,
  operation: Operation,
  prefix: string,
): AsyncGenerator<ListInfo> {
  const { client, emit } = mechanics;
  const folder = prefix === '' ? '' : `${prefix}/`;
  const keyPrefix = await storedKeyPrefix(mechanics, operation, prefix);
  for await (const { key, createdAt, sizeBytes } of storedObjects(mechanics, operation, keyPrefix)) {
    const path = client.keys.toPath(key);
    if (path === undefined || pathFault(path) !== undefined || !path.startsWith(folder)) {
      emit({ kind: 'name_skipped', key });
    } else yield { id: path.slice(folder.length), createdAt, sizeBytes };
  }
}

/** True where not one object is stored under the root, whatever its name. */
export async function rootIsClean(mechanics: Mechanics, operation: Operation): Promise<boolean> {
  const objects = storedObjects(mechanics, operation, await storedKeyPrefix(mechanics, operation, ''), 1);
  for await (const _ of objects) return false;
  return true;
}

/** What the provider lists, as it lists it. */
function storedObjects(
  mechanics: Mechanics,
  operation: Operation,
  keyPrefix: string,
  maxKeys?: number,
): AsyncIterable<ListedObject> {
  const { client, runner } = mechanics;
  const { listing } = client;
  if (listing.kind === 'stream')
    return streamed(mechanics, operation, (signal) => begun(() => listing.objects(keyPrefix, { signal })));
  const fetchPage = (pageToken?: string): Promise<ListPage> => {
    const request = {
      keyPrefix,
      ...(pageToken !== undefined && { pageToken }),
      ...(maxKeys !== undefined && { maxKeys }),
    };
    return runner.run(operation, (context) => listing.page(request, context));
  };
  return explained(mechanics, operation, paginate(fetchPage));
}

// A stream cannot be tried again from its middle: its errors pass, and leaving it ends it.
async function* streamed(
  mechanics: Mechanics,
  operation: Operation,
  open: (signal: AbortSignal) => AsyncIterable<ListedObject>,
): AsyncGenerator<ListedObject> {
  const attempt = attemptSignal(operation.signal, noDeadline);
  const objects = explained(mechanics, operation, open(attempt.signal));
  try {
    for (;;) {
      const { done, value } = await attempt.race(objects.next());
      if (done) return;
      yield value;
    }
  } finally {
    attempt.release();
    // Not awaited where the client hangs: the caller has left.
    if (attempt.signal.aborted) void objects.return(undefined).catch(() => {});
    else await objects.return(undefined);
  }
}

// Asked for only when it is read, so that a client that cannot begin fails as one that cannot go on.
async function* begun(open: () => AsyncIterable<ListedObject>): AsyncGenerator<ListedObject> {
  yield* open();
}

async function* explained(
  { runner }: Mechanics,
  operation: Operation,
  objects: AsyncIterable<ListedObject>,
): AsyncGenerator<ListedObject> {
  try {
    yield* objects;
  } catch (err) {
    if (operation.signal?.aborted) throw operation.signal.reason;
    throw runner.explain(err, operation);
  }
}
