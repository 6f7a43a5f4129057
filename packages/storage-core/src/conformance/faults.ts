import type { ClientBody, DeleteOutcome, GetAnswer, ListedObject, ListPage, ObjectHead } from '../client.ts';
import { StorageError } from '../errors.ts';
import type { ClientVerb } from './client-verb.ts';
import type { Fault } from './faulty-client.ts';
import { nextTurn } from './turn.ts';

/** The call does its work, and its answer never comes. */
export const lostAnswer: Fault = async ({ verb, send }) => {
  const answer = await send();
  // Nobody else knows of the body, so that nobody else would release it.
  if (verb === 'get' && (answer as GetAnswer).kind === 'found') await (answer as { body: ClientBody }).body.cancel();
  throw unavailable();
};

/** The call fails before it does anything. */
export const refusedConnection: Fault = () => Promise.reject(unavailable());

/** 503: the provider is busy. */
export const busy: Fault = () =>
  Promise.reject(new StorageError({ kind: 'unavailable', message: 'the provider is busy', status: 503 }));

/** 429, with `Retry-After`. */
export function tooMany(retryAfterMs: number): Fault {
  return () =>
    Promise.reject(new StorageError({ kind: 'unavailable', message: 'too many requests', status: 429, retryAfterMs }));
}

/** 401: a credential that was good until now. */
export const expiredCredential: Fault = () =>
  Promise.reject(
    new StorageError({
      kind: 'unauthenticated',
      message: 'the token has expired',
      status: 401,
      retry: 'after_refresh',
    }),
  );

/** 403. */
export const denied: Fault = () =>
  Promise.reject(new StorageError({ kind: 'permission_denied', message: 'access denied', status: 403 }));

/** No answer, until the signal fires. */
export const stalled: Fault = ({ context: { signal } }) =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });

/** The body breaks off with an error after so many bytes. */
export function cutBody(afterBytes: number): Fault {
  return changedBody((body) => limited(body, afterBytes, unavailable()));
}

/** The body ends after so many bytes as if it were complete. */
export function shortBody(afterBytes: number): Fault {
  return changedBody((body) => limited(body, afterBytes, undefined));
}

/** The body gives so many bytes, and then none and no end, whatever its signal says. */
export function stalledBody(afterBytes: number): Fault {
  return changedBody((body) => limited(body, afterBytes, 'for ever'));
}

/** The upload is not known: completed by an attempt whose answer was lost, or freed. */
export const uploadGone: Fault = () =>
  Promise.reject(
    new StorageError({
      kind: 'not_found',
      message: 'there is no such upload',
      status: 404,
      providerCode: 'NoSuchUpload',
    }),
  );

/** A HEAD that says nothing of user metadata, as of a store that keeps none. */
export const headWithoutMetadata: Fault = async ({ send }) => {
  const { metadata: _, ...head } = (await send()) as ObjectHead;
  return head;
};

/** The answer, without anything being asked. */
export function answered(answer: unknown): Fault {
  return async () => answer;
}

/** The keys that `isKept` names are not deleted: their outcome carries `error`, or is left out without one. */
export function keptKeys(isKept: (key: string) => boolean, error?: Error): Fault {
  return async ({ request, send }) => {
    const keys = request as readonly string[];
    const outcomes = (await send(keys.filter((key) => !isKept(key)))) as readonly DeleteOutcome[];
    return [...outcomes, ...(error ? keys.filter(isKept).map((key) => ({ key, error })) : [])];
  };
}

/** A listing in one stream breaks off after so many objects. */
export function brokenStream(afterObjects: number): Fault {
  return async ({ send }) => firstOf((await send()) as AsyncIterable<ListedObject>, afterObjects);
}

/** Others overtake the call, and its answer: each waits so many turns of the event loop. */
export function overtaken(turns: number): Fault {
  return async ({ send }) => {
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    const answer = await send();
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    return answer;
  };
}

/** The page carries the given token, whatever came before. */
export function stuckToken(pageToken: string): Fault {
  return async ({ send }) => ({ ...((await send()) as ListPage), nextPageToken: pageToken });
}

const anywhere: readonly Fault[] = [refusedConnection, busy, tooMany(1), overtaken(1), overtaken(3)];

/**
 * What calls may meet and core must cope with: every operation then ends as if nothing had been, or with an error.
 *
 * @see FaultyClient.draw
 */
export const survivableFaults: Readonly<Partial<Record<ClientVerb, readonly Fault[]>>> = {
  get: [...anywhere, lostAnswer, cutBody(0), cutBody(7), shortBody(0), shortBody(7), expiredCredential],
  head: [...anywhere, lostAnswer, expiredCredential],
  put: [...anywhere, lostAnswer, expiredCredential],
  copy: [...anywhere, lostAnswer, expiredCredential],
  delete: [...anywhere, lostAnswer, expiredCredential],
  page: [...anywhere, lostAnswer, expiredCredential],
  start_upload: anywhere,
  upload_part: [...anywhere, lostAnswer],
  complete_upload: [...anywhere, lostAnswer],
  ask_upload: [...anywhere, lostAnswer],
};

function changedBody(change: (body: ClientBody) => ClientBody): Fault {
  return async ({ send }) => {
    const answer = (await send()) as GetAnswer;
    return answer.kind === 'found' ? { ...answer, body: change(answer.body) } : answer;
  };
}

function limited(body: ClientBody, limitBytes: number, end: Error | 'for ever' | undefined): ClientBody {
  return {
    async *[Symbol.asyncIterator]() {
      let left = limitBytes;
      for await (const chunk of body) {
        if (left > 0) yield chunk.subarray(0, left);
        left -= chunk.byteLength;
        if (left <= 0) break;
      }
      if (end === 'for ever') await new Promise(() => {});
      else if (end) throw end;
    },
    cancel: () => body.cancel(),
  };
}

async function* firstOf(objects: AsyncIterable<ListedObject>, limit: number): AsyncGenerator<ListedObject> {
  let left = limit;
  for await (const object of objects) {
    if (left-- <= 0) break;
    yield object;
  }
  throw unavailable();
}

function unavailable(): StorageError {
  return new StorageError({ kind: 'unavailable', message: 'the connection was closed' });
}
