import { race } from './deadline.ts';
import { isStorageError, StorageError } from './errors.ts';
import { withoutSecrets } from './without-secrets.ts';

/** What credentials may say of themselves. */
export interface Expiring {
  /** Not to be used from then on; without it, until the provider refuses them. */
  readonly expiresAfter?: Date | undefined;
}

/** Where a backend gets its credentials, for every request anew. Prints, inspects and serialises without them. */
export interface CredentialSource<T> {
  /**
   * Credentials that may be used now.
   *
   * @throws {@link StorageError} `unauthenticated`, `invalid_options`, `timeout`; rethrows `signal.reason` at once, while
   * other callers go on waiting.
   */
  get(signal?: AbortSignal): Promise<T>;
  /** Other credentials than the ones that the provider refused. Absent where there are no others to be had. */
  refresh?(options?: RefreshOptions<T>): Promise<T>;
}

/** Options of {@link CredentialSource.refresh}. */
export interface RefreshOptions<T> {
  /** What {@link CredentialSource.get} gave: where it has been replaced since, what replaced it is given. */
  readonly refused?: T;
  readonly signal?: AbortSignal;
}

/** Options of {@link cachedCredentials}. */
export interface CachedCredentialsOptions<T> {
  /** What errors call the callback. Default `getCredentials`. */
  readonly name?: string;
  /** How long before their end credentials are renewed, in ms. Default 120,000, as Icechunk's; half their life at most. */
  readonly marginMs?: number;
  /** How long the callback may take. Default 60,000. */
  readonly timeoutMs?: number;
  /** What is wrong with credentials, naming the field and never its value; undefined where they are right. */
  readonly faultOf?: (credentials: T) => string | undefined;
  /** The time of day, in ms. Default `Date.now`. */
  readonly now?: () => number;
}

/** Credentials that never change. */
export function fixedCredentials<T>(credentials: T): CredentialSource<T> {
  return new FixedCredentials(credentials);
}

/**
 * Credentials from a callback, asked once however many requests wait for them, and again before they end.
 *
 * Where a renewal fails, the old ones serve while they are valid, and the callback is asked again after a pause. A failure
 * is told to those who waited, and to nobody later.
 *
 * @param fetch Gives credentials, {@link Expiring} where they end. Its signal fires when it has taken too long; a
 * caller's abort never reaches it. A {@link StorageError} that it throws passes as it is, anything else becomes
 * `unauthenticated`.
 */
export function cachedCredentials<T extends object>(
  fetch: (signal: AbortSignal) => Promise<T> | T,
  options: CachedCredentialsOptions<T> = {},
): Required<CredentialSource<T>> {
  return new CredentialCache(fetch, options);
}

/** After a renewal that failed, while the old credentials serve. */
const PAUSE_MS = 5_000;

abstract class Hidden {
  toJSON(): string {
    return '[credentials hidden]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toJSON();
  }
}

class FixedCredentials<T> extends Hidden implements CredentialSource<T> {
  readonly #credentials: T;

  constructor(credentials: T) {
    super();
    this.#credentials = credentials;
  }

  async get(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    return this.#credentials;
  }
}

interface Held<T> {
  readonly credentials: T;
  readonly expiresAtMs: number;
  readonly renewAtMs: number;
}

class CredentialCache<T extends object> extends Hidden implements Required<CredentialSource<T>> {
  readonly #fetch: (signal: AbortSignal) => Promise<T> | T;
  readonly #options: Required<CachedCredentialsOptions<T>>;
  #held: Held<T> | undefined;
  #renewal: Promise<T> | undefined;

  constructor(fetch: (signal: AbortSignal) => Promise<T> | T, options: CachedCredentialsOptions<T>) {
    super();
    this.#fetch = fetch;
    const defaults = { name: 'getCredentials', marginMs: 120_000, timeoutMs: 60_000, now: Date.now };
    this.#options = { ...defaults, faultOf: () => undefined, ...options };
  }

  async get(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#held && this.#options.now() < this.#held.renewAtMs) return this.#held.credentials;
    return await (signal ? race(this.#renewed(), signal) : this.#renewed());
  }

  async refresh({ refused, signal }: RefreshOptions<T> = {}): Promise<T> {
    signal?.throwIfAborted();
    if (refused === undefined || refused === this.#held?.credentials) this.#held = undefined;
    return await this.get(signal);
  }

  #renewed(): Promise<T> {
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renew(): Promise<T> {
    try {
      const credentials = await this.#fetched();
      this.#held = this.#hold(credentials);
      return credentials;
    } catch (err) {
      const nowMs = this.#options.now();
      if (!this.#held || nowMs >= this.#held.expiresAtMs) throw err;
      this.#held = { ...this.#held, renewAtMs: Math.min(nowMs + PAUSE_MS, this.#held.expiresAtMs) };
      return this.#held.credentials;
    }
  }

  async #fetched(): Promise<T> {
    const { name, timeoutMs } = this.#options;
    const limit = new AbortController();
    const late = new StorageError({ kind: 'timeout', message: `${name} did not answer within ${timeoutMs} ms` });
    const timer = setTimeout(() => limit.abort(late), timeoutMs);
    try {
      const credentials = await race((async () => this.#fetch(limit.signal))(), limit.signal);
      this.#check(credentials);
      return credentials;
    } catch (err) {
      if (isStorageError(err)) throw err;
      throw failure(name, err);
    } finally {
      clearTimeout(timer);
    }
  }

  #check(credentials: T): void {
    const fault = isObject(credentials)
      ? (expiryFault(credentials) ?? this.#options.faultOf(credentials))
      : 'an object is needed';
    if (fault === undefined) return;
    throw new StorageError({
      kind: 'invalid_options',
      message: `${this.#options.name} gave no usable credentials: ${fault}`,
    });
  }

  // Half of the life that is left at most: short-lived credentials would otherwise be renewed for every request.
  #hold(credentials: T): Held<T> {
    const { expiresAfter }: Expiring = credentials;
    const expiresAtMs = expiresAfter?.getTime() ?? Number.POSITIVE_INFINITY;
    const marginMs = Math.min(this.#options.marginMs, (expiresAtMs - this.#options.now()) / 2);
    return { credentials, expiresAtMs, renewAtMs: expiresAtMs - marginMs };
  }
}

// A callback knows the secrets, and may have put them into its words.
function failure(callback: string, err: unknown): StorageError {
  const { name, code, message: said } = Object(err) as { readonly [field: string]: unknown };
  const words = typeof said === 'string' ? withoutSecrets(said) : '';
  const message = words === '' ? `${callback} failed` : `${callback} failed: ${words}`;
  return new StorageError({ kind: 'unauthenticated', message, cause: { name, code, message: words } });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function expiryFault({ expiresAfter }: Expiring): string | undefined {
  if (expiresAfter === undefined) return undefined;
  return expiresAfter instanceof Date && !Number.isNaN(expiresAfter.getTime())
    ? undefined
    : 'expiresAfter takes a valid Date';
}
