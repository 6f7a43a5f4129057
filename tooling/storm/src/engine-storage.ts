import { Storage as EngineStorage } from '@earthmover/icechunk';
import { type BridgeEvent, toIcechunkCallbacks } from '@icechunk/storage-core/icechunk';
import type { Parent } from './parent.ts';

/** The engine's storage of a process, and what its calls failed with. */
export interface Engine {
  readonly storage: EngineStorage;
  /** The failures since this was last asked, in the storage's own words: the engine is told their kind alone. */
  takeFailures(): string[];
}

/** The storage of the job, as the engine takes it. */
export async function engineOn(parent: Parent): Promise<Engine> {
  const failures: string[] = [];
  const onEvent = (event: BridgeEvent): void => {
    if (event.kind === 'call_failed') failures.push(`${event.operation}: ${event.error.message}`);
  };
  return {
    storage: EngineStorage.newCustom(toIcechunkCallbacks(await parent.openStorage(), { onEvent })),
    takeFailures: () => failures.splice(0),
  };
}
