import { type StorageError, toStorageError } from '../errors.ts';
import { tell } from '../events.ts';
import type { BridgeEvent, BridgeEventListener } from './bridge-event.ts';
import { EngineError, missingObject, neutralError } from './engine-error.ts';

/** One call of the engine's. */
export interface EngineCall {
  /** The callback's name. */
  readonly operation: string;
  /** The path, or the prefix, that the call is about. */
  readonly path: string;
  /** What says "there is no such object" to the engine. Default: nothing does. */
  readonly missing?: 'not_found' | 'not_found_or_assumed';
}

// A healthy repository lacks both: the first is written by old clients only, the second by none since version 2.
const assumedMissing: ReadonlySet<string> = new Set(['config.yaml', 'refs/branch.main/ref.json']);

/** Runs the engine's calls, and sees to it that whatever goes wrong reaches the engine as an {@link EngineError}. */
export class EngineCalls {
  readonly #assumeMissingOn403: boolean;
  readonly #onEvent: BridgeEventListener | undefined;

  constructor(options: { readonly assumeMissingOn403?: boolean; readonly onEvent?: BridgeEventListener }) {
    this.#assumeMissingOn403 = options.assumeMissingOn403 ?? false;
    this.#onEvent = options.onEvent;
  }

  /**
   * The answer of `work`, whose synchronous beginning runs at once.
   *
   * @throws {@link EngineError} for whatever `work` throws.
   */
  async answer<Answer>(call: EngineCall, work: () => Promise<Answer>): Promise<Answer> {
    try {
      return await work();
    } catch (thrown) {
      throw thrown instanceof EngineError ? thrown : this.#translate(call, toStorageError(thrown));
    }
  }

  /** Tells the listener, and never throws. */
  emit(event: BridgeEvent): void {
    if (this.#onEvent) tell(this.#onEvent, event);
  }

  #translate({ operation, path, missing }: EngineCall, error: StorageError): EngineError {
    if (missing && error.kind === 'not_found') return missingObject(path);
    if (missing === 'not_found_or_assumed' && this.#isAssumedMissing(path, error)) {
      this.emit({ kind: 'assumed_missing', path, error });
      return missingObject(path);
    }
    this.emit({ kind: 'call_failed', operation, path, error });
    return neutralError(error, path);
  }

  #isAssumedMissing(path: string, error: StorageError): boolean {
    return this.#assumeMissingOn403 && error.kind === 'permission_denied' && assumedMissing.has(path);
  }
}
