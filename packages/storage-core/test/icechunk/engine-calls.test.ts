import { describe, expect, it } from 'vitest';
import { StorageError } from '../../src/errors.ts';
import type { BridgeEvent } from '../../src/icechunk/bridge-event.ts';
import { type EngineCall, EngineCalls } from '../../src/icechunk/engine-calls.ts';
import { EngineError } from '../../src/icechunk/engine-error.ts';

const denied = new StorageError({ kind: 'permission_denied', message: 'no', status: 403 });
const gone = new StorageError({ kind: 'not_found', message: 'gone' });

async function textOf(calls: EngineCalls, call: EngineCall, thrown: unknown): Promise<string> {
  const error = await calls.answer(call, () => Promise.reject(thrown)).catch((caught: unknown) => caught);
  if (!(error instanceof EngineError)) throw new Error(`not for the engine: ${String(error)}`);
  return error.message;
}

describe('EngineCalls', () => {
  it('takes not_found for missing only in calls that read an object', async () => {
    const calls = new EngineCalls({});
    const path = 'snapshots/A';
    expect(await textOf(calls, { operation: 'getObjectRange', path, missing: 'not_found_or_assumed' }, gone)).toBe(
      'ObjectNotFound: snapshots/A',
    );
    expect(await textOf(calls, { operation: 'copyObject', path, missing: 'not_found' }, gone)).toBe(
      'ObjectNotFound: snapshots/A',
    );
    expect(await textOf(calls, { operation: 'putObject', path }, gone)).toBe('not_found: snapshots/A');
  });

  it('takes a forbidden object for missing where told so, for two paths and in reads only', async () => {
    const events: BridgeEvent[] = [];
    const assuming = new EngineCalls({ assumeMissingOn403: true, onEvent: (event) => events.push(event) });
    const read = (path: string): EngineCall => ({ operation: 'getObjectRange', path, missing: 'not_found_or_assumed' });
    for (const path of ['config.yaml', 'refs/branch.main/ref.json']) {
      expect(await textOf(assuming, read(path), denied)).toBe(`ObjectNotFound: ${path}`);
      expect(await textOf(new EngineCalls({}), read(path), denied)).toBe(`permission_denied: ${path}`);
      expect(await textOf(assuming, { ...read(path), missing: 'not_found' }, denied)).toBe(
        `permission_denied: ${path}`,
      );
    }
    expect(events.map(({ kind }) => kind)).toEqual([
      'assumed_missing',
      'call_failed',
      'assumed_missing',
      'call_failed',
    ]);
    for (const path of ['repo', 'refs/branch.dev/ref.json', 'x/config.yaml', 'config.yaml/x']) {
      expect(await textOf(assuming, read(path), denied)).toBe(`permission_denied: ${path}`);
    }
    const refused = new StorageError({ kind: 'unauthenticated', message: 'expired', status: 401 });
    expect(await textOf(assuming, read('config.yaml'), refused)).toBe('unauthenticated: config.yaml');
  });

  it('tells the listener the whole error, and outlives a listener that throws', async () => {
    const events: BridgeEvent[] = [];
    const calls = new EngineCalls({
      onEvent: (event) => {
        events.push(event);
        throw new Error('full disk');
      },
    });
    expect(await textOf(calls, { operation: 'putObject', path: 'repo' }, denied)).toBe('permission_denied: repo');
    expect(events).toEqual([{ kind: 'call_failed', operation: 'putObject', path: 'repo', error: denied }]);
  });

  it('makes one kind of whatever is thrown, and passes on what is meant for the engine', async () => {
    const calls = new EngineCalls({});
    expect(await textOf(calls, { operation: 'canWrite', path: '' }, new TypeError('ObjectNotFound'))).toBe('unknown');
    expect(await textOf(calls, { operation: 'canWrite', path: '' }, new EngineError('as it is'))).toBe('as it is');
  });
});
