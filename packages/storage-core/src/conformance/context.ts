import type { Storage } from '../contract.ts';
import type { StorageEvent } from '../events.ts';
import type { StorageSettings } from '../settings.ts';
import { FaultyClient } from './faulty-client.ts';
import type { ConformanceHarness, OpenContext, SuiteCapabilities } from './harness.ts';
import { declaredCapabilities } from './harness.ts';
import type { SeededRandom } from './seeded-random.ts';

/** How a handle differs from the plain one. */
export interface HandleOptions {
  readonly settings?: StorageSettings;
  readonly readOnly?: boolean;
}

/** A storage with the client below it at hand: its calls are seen, and can be made to fail. */
export interface FaultyHandle {
  readonly storage: Storage;
  readonly client: FaultyClient;
  readonly events: readonly StorageEvent[];
}

/** As {@link FaultyHandle}; without a client where the harness does not pass it through `context.wrap`. */
export type WatchedHandle = Omit<FaultyHandle, 'client'> & { readonly client: FaultyClient | undefined };

/** What one case works with: a prefix of its own, and storages that are closed when it ends. */
export interface CaseContext {
  /** A storage under the case's prefix. */
  readonly storage: Storage;
  readonly capabilities: SuiteCapabilities;
  /** Fires when the run is given up. */
  readonly signal: AbortSignal;
  /** Numbers and bytes that the printed seed decides. */
  readonly random: SeededRandom;
  /** For cases about many objects. */
  readonly manyObjects: number;
  /** Another handle on the same prefix. */
  open(options?: HandleOptions): Promise<Storage>;
  /** A handle of a second instance on the same prefix; for cases that require `second`. */
  openSecond(): Promise<Storage>;
  /** A handle whose client can be made to fail; for cases that require `faults`. Pauses between tries are a millisecond or so. */
  openFaulty(options?: HandleOptions): Promise<FaultyHandle>;
  /** A handle whose calls can be counted where the harness lets the suite see them, for cases that hold without it too. */
  openWatched(options?: HandleOptions): Promise<WatchedHandle>;
}

// Long enough to be none of a case's doing, short enough not to be waited for.
const quick: StorageSettings = { retries: { maxTries: 4, initialBackoffMs: 1, maxBackoffMs: 2 } };

/** What is opened for one case, and closed after it. */
export class OpenedCase implements CaseContext {
  readonly capabilities: SuiteCapabilities;
  readonly random: SeededRandom;
  readonly signal: AbortSignal;
  readonly #harness: ConformanceHarness;
  readonly #prefix: string;
  readonly #opened: Storage[] = [];
  #storage: Storage | undefined;

  constructor(harness: ConformanceHarness, prefix: string, random: SeededRandom, signal: AbortSignal) {
    this.capabilities = declaredCapabilities(harness);
    this.random = random;
    this.signal = signal;
    this.#harness = harness;
    this.#prefix = prefix;
  }

  /** Opens the plain handle; to be awaited before the case runs. */
  async start(): Promise<void> {
    this.#storage = await this.open();
  }

  get storage(): Storage {
    if (!this.#storage) throw new Error('the case was not started');
    return this.#storage;
  }

  get manyObjects(): number {
    return this.#harness.limits?.manyObjects ?? 2_500;
  }

  // Fields, so that a case may take out of its context what it needs.
  readonly open = async (options: HandleOptions = {}): Promise<Storage> =>
    this.#keep(await this.#harness.open(this.#contextOf(options)));

  readonly openSecond = async (): Promise<Storage> => {
    if (!this.#harness.openSecond) throw new Error('the case does not say that it requires `second`');
    return this.#keep(await this.#harness.openSecond(this.#contextOf({})));
  };

  readonly openFaulty = async ({ settings, ...options }: HandleOptions = {}): Promise<FaultyHandle> => {
    const { client, ...handle } = await this.openWatched({ ...options, settings: { ...quick, ...settings } });
    if (!client)
      throw new Error('the harness declares `faults`, and `open` did not pass its client through `context.wrap`');
    return { ...handle, client };
  };

  readonly openWatched = async (options: HandleOptions = {}): Promise<WatchedHandle> => {
    let client: FaultyClient | undefined;
    const events: StorageEvent[] = [];
    const context: OpenContext = {
      ...this.#contextOf(options),
      onEvent: (event) => events.push(event),
      wrap: (inner) => {
        client = new FaultyClient(inner);
        return client;
      },
    };
    const storage = this.#keep(await this.#harness.open(context));
    return { storage, client, events };
  };

  /** Closes every handle, whatever becomes of one; rejects as the first that failed. */
  async close(): Promise<void> {
    const closed = await Promise.allSettled(this.#opened.map(async (storage) => storage.close()));
    for (const one of closed) if (one.status === 'rejected') throw one.reason;
  }

  #contextOf({ settings = {}, readOnly = false }: HandleOptions): OpenContext {
    return { prefix: this.#prefix, settings, readOnly, onEvent: () => {}, wrap: (client) => client };
  }

  #keep(storage: Storage): Storage {
    this.#opened.push(storage);
    return storage;
  }
}
