import type { ClientBody, GetAnswer, ListPage } from '../client.ts';
import { StorageError } from '../errors.ts';
import type { Fault } from './faulty-client.ts';

/** The call does its work, and its answer never comes. */
export const lostAnswer: Fault = async ({ send }) => {
  await send();
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

/** The page carries the given token, whatever came before. */
export function stuckToken(pageToken: string): Fault {
  return async ({ send }) => ({ ...((await send()) as ListPage), nextPageToken: pageToken });
}

function changedBody(change: (body: ClientBody) => ClientBody): Fault {
  return async ({ send }) => {
    const answer = (await send()) as GetAnswer;
    return answer.kind === 'found' ? { ...answer, body: change(answer.body) } : answer;
  };
}

function limited(body: ClientBody, limitBytes: number, failure: Error | undefined): ClientBody {
  return {
    async *[Symbol.asyncIterator]() {
      let left = limitBytes;
      for await (const chunk of body) {
        if (left > 0) yield chunk.subarray(0, left);
        left -= chunk.byteLength;
        if (left <= 0) break;
      }
      if (failure) throw failure;
    },
    cancel: () => body.cancel(),
  };
}

function unavailable(): StorageError {
  return new StorageError({ kind: 'unavailable', message: 'the connection was closed' });
}
