import type { DeleteFailure } from '../contract.ts';
import type { StorageError } from '../errors.ts';

/** What the bridge cannot tell the engine, whose callbacks have no field for it. */
export type BridgeEvent =
  | {
      /** A call failed. The engine is told its kind and path, and no more. */
      readonly kind: 'call_failed';
      /** The callback's name. */
      readonly operation: string;
      readonly path: string;
      readonly error: StorageError;
    }
  | {
      /** Objects that the engine wanted gone may still be there. The engine sees lower counts, and goes on. */
      readonly kind: 'delete_failed';
      readonly prefix: string;
      readonly failures: readonly DeleteFailure[];
    }
  /** An object that the provider forbids to read was taken for missing, as `assumeMissingOn403` asks. */
  | { readonly kind: 'assumed_missing'; readonly path: string; readonly error: StorageError };

/** Takes the bridge's events. What it throws is ignored, also later. */
export type BridgeEventListener = (event: BridgeEvent) => void;
