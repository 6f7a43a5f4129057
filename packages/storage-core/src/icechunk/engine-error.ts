import type { StorageError } from '../errors.ts';

// What the engine looks for in the texts of errors, and acts on: missing objects, and chunk reads that it repeats by
// itself (icechunk-js/src/storage.rs and icechunk/src/asset_manager.rs of version 2.2.2, seen 2026-11).
const actedOn =
  /ObjectNotFound|StreamingError|streaming error|DispatchFailure|ConnectorError|IncompleteMessage|connection reset/i;

/** An error whose text is meant for the engine, as it stands. Has no cause. */
export class EngineError extends Error {}

/** The one error that the engine takes for "there is no such object". */
export function missingObject(path: string): EngineError {
  return new EngineError(`ObjectNotFound: ${path}`);
}

/**
 * A failure that the engine reports and does nothing else about: `<kind>: <path>`.
 *
 * The path is left out where it is empty or holds a word that the engine acts on.
 */
export function neutralError(error: StorageError, path: string): EngineError {
  const text = `${error.kind}: ${path}`;
  return new EngineError(path === '' || actedOn.test(text) ? error.kind : text);
}
