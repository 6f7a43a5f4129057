import { describe, expect, it } from 'vitest';
import type { Storage } from '../../src/contract.ts';
import { type IcechunkBridgeOptions, toIcechunkCallbacks, toZarritaStore } from '../../src/icechunk.ts';
import { scriptedStorage } from './scripted-storage.ts';

const storage = scriptedStorage({});

describe('toIcechunkCallbacks', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a path', 'data.icechunk'],
    ['a promise of a storage', Promise.resolve(storage)],
    ['callbacks', toIcechunkCallbacks(storage)],
  ])('refuses %s in place of a storage', (_, given) => {
    expect(() => toIcechunkCallbacks(given as unknown as Storage)).toThrow('invalid_options: storage takes a Storage');
  });

  it('refuses an option that there is not, by name', () => {
    const misspelt = { allowRootCreation: true } as IcechunkBridgeOptions;
    expect(() => toIcechunkCallbacks(storage, misspelt)).toThrow('invalid_options: allowRootCreation is no option');
    const all = { assumeMissingOn403: true, unsafeAllowRootCreation: true, onEvent: () => {} };
    expect(() => toIcechunkCallbacks(storage, all)).not.toThrow();
  });

  it.each([
    [{ unsafeAllowRootCreation: 'false' }, 'unsafeAllowRootCreation takes true or false'],
    [{ assumeMissingOn403: 1 }, 'assumeMissingOn403 takes true or false'],
    [{ onEvent: {} }, 'onEvent takes a function'],
  ])('refuses %j, and says what the option takes', (options, message) => {
    expect(() => toIcechunkCallbacks(storage, options as IcechunkBridgeOptions)).toThrow(`invalid_options: ${message}`);
  });
});

describe('toZarritaStore', () => {
  it.each([
    ['nothing', undefined],
    ['a session', { store: { get() {}, getRange() {}, set() {} }, commit() {} }],
  ])('refuses %s in place of a store', (_, given) => {
    expect(() => toZarritaStore(given as never)).toThrow('store takes the store of a session');
  });
});
