import type { Storage } from '../../contract.ts';
import { isStorageError, type StorageErrorKind } from '../../errors.ts';
import { toIcechunkCallbacks } from '../../icechunk.ts';
import { check, checkEqual, checkRejects, rejectionOf, showError } from '../assert.ts';
import { type ConformanceCase, casesOf } from '../case.ts';
import type { ClientVerb } from '../client-verb.ts';
import { denied, expiredCredential, refusedConnection } from '../faults.ts';
import type { Fault } from '../faulty-client.ts';
import { checkHolds, listed, write } from '../objects.ts';

export const errCases: readonly ConformanceCase[] = casesOf('err', [
  {
    id: 'err.kinds',
    proves:
      'Errors say their kind and path, hold no foreign object, and tell the engine of what is missing as missing alone.',
    why: 'The engine creates what it is told is missing: over a repository, where that was another failure.',
    async run({ storage, random }) {
      await write(storage, 'there', random.bytes(10));
      for (const [what, { operation, kind, path }] of Object.entries(failuresOf(storage))) {
        const error = await checkRejects(operation(), [kind], what);
        checkDescription(error, path, what);
      }
      const engine = toIcechunkCallbacks(storage);
      const missing = {
        'a get of what is missing': () => engine.getObjectRange(null, { path: 'absent' }),
        'a range of what is missing': () => engine.getObjectRange(null, { path: 'absent', rangeStart: 0, rangeEnd: 5 }),
        'a conditional get of what is missing': () => engine.getObjectConditional(null, { path: 'absent' }),
        'a copy of what is missing': () => engine.copyObject(null, { from: 'absent', to: 'target' }),
        'the time of what is missing': () => engine.getObjectLastModified(null, 'absent'),
      };
      for (const [what, operation] of Object.entries(missing)) {
        const error = await rejectionOf(operation(), what);
        check(isMissing(error), `${what}, through the bridge: expected ObjectNotFound, saw ${showError(error)}`);
      }
      const notMissing = {
        'a range beyond the end': () => engine.getObjectRange(null, { path: 'there', rangeStart: 50, rangeEnd: 60 }),
        'a get of no path': () => engine.getObjectRange(null, { path: '../there' }),
        'a put to no path': () => engine.putObject(null, { path: 'a//b', data: new Uint8Array(1) }),
      };
      for (const [what, operation] of Object.entries(notMissing)) await checkNotMissing(operation(), what);
    },
  },
  {
    id: 'err.auth-network',
    requires: ['faults'],
    proves: 'A refused credential, a refused right and a refused connection are never taken for a missing object.',
    why: 'The engine would create a repository over one that it could not read for a moment.',
    async run({ random, openFaulty }) {
      const { storage, client } = await openFaulty();
      const bytes = random.bytes(10);
      await write(storage, 'there', bytes);
      for (const [kind, fault] of refusals) {
        // Every try of every call, so that the number of tries does not matter.
        client.draw({ random, share: 1, faults: Object.fromEntries(faultedVerbs.map((verb) => [verb, [fault]])) });
        for (const [what, operation] of Object.entries(requestsOf(storage)))
          await checkRejects(operation(), [kind], `${what}, with every request refused`);
        await checkDeleteFails(storage, kind);
        for (const [what, operation] of Object.entries(engineRequestsOf(storage)))
          await checkNotMissing(operation(), `${what}, with every request refused as ${kind}`);
        client.draw(undefined);
        await checkHolds(storage, 'there', bytes, `the object after requests that were refused as ${kind}`);
      }
      client.next('get', expiredCredential);
      await checkHolds(storage, 'there', bytes, 'the object, with a credential that was renewed');
    },
  },
]);

const refusals: readonly (readonly [StorageErrorKind, Fault])[] = [
  ['permission_denied', denied],
  ['unauthenticated', expiredCredential],
  ['unavailable', refusedConnection],
];

const faultedVerbs: readonly ClientVerb[] = ['get', 'head', 'put', 'copy', 'page', 'stream', 'delete'];

interface Failure {
  readonly operation: () => Promise<unknown>;
  readonly kind: StorageErrorKind;
  /** What the error must name; undefined where the operation has no path of its own. */
  readonly path?: string;
}

function failuresOf(storage: Storage): Readonly<Record<string, Failure>> {
  const beyond = { range: { start: 10, end: 20 } };
  const data = new Uint8Array(1);
  const empty = { condition: { kind: 'update', version: {} } } as const;
  return {
    'a get of what is missing': { operation: () => storage.getObject('absent'), kind: 'not_found', path: 'absent' },
    'a time of what is missing': {
      operation: () => storage.getObjectLastModified('absent'),
      kind: 'not_found',
      path: 'absent',
    },
    'a range beyond the end': {
      operation: () => storage.getObject('there', beyond),
      kind: 'invalid_range',
      path: 'there',
    },
    'a get of no path': { operation: () => storage.getObject('a//b'), kind: 'invalid_path', path: 'a//b' },
    'a put to no path': { operation: () => storage.putObject('a/../b', data), kind: 'invalid_path', path: 'a/../b' },
    'an update without a version': {
      operation: () => storage.putObject('there', data, empty),
      kind: 'invalid_options',
    },
  };
}

function requestsOf(storage: Storage): Readonly<Record<string, () => Promise<unknown>>> {
  const data = new Uint8Array(1);
  return {
    'a get': () => storage.getObject('there'),
    'a get of an empty range': () => storage.getObject('there', { range: { start: 0, end: 0 } }),
    'a conditional get': () => storage.getObjectConditional('there', undefined),
    'a time of last change': () => storage.getObjectLastModified('there'),
    'a put': () => storage.putObject('there', data),
    'a copy': () => storage.copyObject('there', 'copied'),
    'a listing': () => listed(storage, ''),
    'the question whether the root is clean': () => storage.rootIsClean(),
  };
}

function engineRequestsOf(storage: Storage): Readonly<Record<string, () => Promise<unknown>>> {
  const engine = toIcechunkCallbacks(storage);
  return {
    'a get of the engine': () => engine.getObjectRange(null, { path: 'there' }),
    'a conditional get of the engine': () => engine.getObjectConditional(null, { path: 'there' }),
    'a put of the engine': () => engine.putObject(null, { path: 'there', data: new Uint8Array(1) }),
    'a copy of the engine': () => engine.copyObject(null, { from: 'there', to: 'copied' }),
    'a listing of the engine': () => engine.listObjects(null, 'folder'),
    'a time of last change of the engine': () => engine.getObjectLastModified(null, 'there'),
  };
}

async function checkDeleteFails(storage: Storage, kind: StorageErrorKind): Promise<void> {
  const { deletedObjects, failures } = await storage.deleteObjects('', [{ id: 'there', sizeBytes: 10 }]);
  const seen = failures.map(({ error }) => (isStorageError(error) ? error.kind : showError(error)));
  checkEqual({ deletedObjects, seen }, { deletedObjects: 0, seen: [kind] }, 'a delete, with every request refused');
}

// What the engine itself looks for in the text of an error.
function isMissing(error: unknown): boolean {
  return error instanceof Error && error.message.includes('ObjectNotFound');
}

async function checkNotMissing(promise: Promise<unknown>, what: string): Promise<void> {
  const error = await rejectionOf(promise, what);
  check(!isMissing(error), `${what}, through the bridge: expected any other error, saw ${showError(error)}`);
}

function checkDescription(error: Error, path: string | undefined, what: string): void {
  if (!isStorageError(error)) return;
  if (path !== undefined) {
    check(
      error.path?.endsWith(path) ?? false,
      `${what}: expected an error whose path is "${path}", saw "${error.path}"`,
    );
    check(error.message.includes(path), `${what}: expected a message that names "${path}", saw ${error.message}`);
  }
  const foreign = Object.keys(error.cause ?? {}).filter((name) => !['name', 'code', 'message', 'stack'].includes(name));
  checkEqual(foreign, [], `${what}: fields of the cause that are not name, code, message or stack`);
}
