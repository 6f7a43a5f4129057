import type { StorageClient } from './client.ts';
import type { EventListener } from './events.ts';
import type { Runner } from './runner.ts';
import type { ResolvedSettings } from './settings.ts';

/** What every operation works with: made once for a storage, by `createStorage`. */
export interface Mechanics {
  readonly client: StorageClient;
  readonly settings: ResolvedSettings;
  readonly runner: Runner;
  readonly emit: EventListener;
}
