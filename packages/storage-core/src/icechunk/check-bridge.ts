import { StorageError } from '../errors.ts';
import { checkOptions, type OptionRules, optionRules } from '../option-rules.ts';

const options: OptionRules = {
  assumeMissingOn403: optionRules.flag,
  unsafeAllowRootCreation: optionRules.flag,
  onEvent: optionRules.callback,
};
const verbs: readonly string[] = ['getObject', 'getObjectConditional', 'putObject', 'listObjects'];
const ofStores: readonly string[] = ['get', 'getRange', 'set'];

/**
 * Passes what the bridge is made of. Later the engine alone would see the failure, as that of some request.
 *
 * @throws {@link StorageError} `invalid_options`, naming what it takes.
 */
export function checkBridge(storage: unknown, given: object): void {
  if (!hasMethods(storage, verbs)) throw invalid('storage takes a Storage, as localFilesystemStorage(path) makes one');
  checkOptions(given, options);
}

/**
 * Passes a session's store; the session itself is taken for it easily.
 *
 * @throws {@link StorageError} `invalid_options`, naming what it takes.
 */
export function checkEngineStore(store: unknown): void {
  if (!hasMethods(store, ofStores)) throw invalid('store takes the store of a session: toZarritaStore(session.store)');
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof (value as Record<string, unknown>)[name] === 'function');
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
