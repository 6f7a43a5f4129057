import { redact } from './redact.ts';

/** What went wrong, in words that every backend shares. */
export type StorageErrorKind =
  | 'not_found'
  | 'invalid_range'
  | 'invalid_path'
  | 'invalid_options'
  | 'permission_denied'
  | 'unauthenticated'
  | 'unavailable'
  | 'timeout'
  | 'read_only'
  | 'unsupported'
  | 'changed_while_reading'
  | 'outcome_unknown'
  | 'bad_response'
  | 'closed'
  | 'unknown';

/**
 * Whether the same request may succeed when sent again: `no`, `again` after a pause, or `after_refresh` of the
 * credentials.
 */
export type RetryAdvice = 'no' | 'again' | 'after_refresh';

/** What a {@link StorageError} is made of. A backend gives `kind` and `message`, and what the provider said. */
export interface StorageErrorFields {
  readonly kind: StorageErrorKind;
  /** What happened and what was expected, without the path and without secrets. */
  readonly message: string;
  /** Default `again` for `unavailable` and `timeout`, else `no`. */
  readonly retry?: RetryAdvice;
  /** What the provider asked for in `Retry-After`. */
  readonly retryAfterMs?: number;
  readonly backend?: string;
  readonly operation?: string;
  readonly path?: string;
  /** HTTP status. */
  readonly status?: number;
  /** The provider's own code, for example `SlowDown`. */
  readonly providerCode?: string;
  readonly attempts?: number;
  /** Whatever was caught: only a sanitised copy of it is kept. */
  readonly cause?: unknown;
}

/** What is kept of a caught error: never the object itself, since an SDK's errors hold headers, keys and uploads. */
export interface SanitisedCause {
  readonly name: string;
  readonly code?: string;
  readonly message: string;
  readonly stack?: string;
}

// A registered symbol, so that two copies of this package in one process agree on what is a StorageError.
const brand: unique symbol = Symbol.for('@icechunk/storage-core/StorageError') as never;

const retriedByDefault: ReadonlySet<StorageErrorKind> = new Set<StorageErrorKind>(['unavailable', 'timeout']);

/**
 * The one error that storages throw.
 *
 * Holds no secret: `cause` is a copy of name, code, message and stack, and addresses in texts lose their query.
 */
export class StorageError extends Error {
  override readonly name: string = 'StorageError';
  readonly kind: StorageErrorKind;
  readonly retry: RetryAdvice;
  declare readonly retryAfterMs?: number;
  declare readonly backend?: string;
  declare readonly operation?: string;
  declare readonly path?: string;
  declare readonly status?: number;
  declare readonly providerCode?: string;
  declare readonly attempts?: number;
  declare readonly cause?: SanitisedCause;
  /** What happened, without the context that `message` adds. */
  readonly detail: string;

  constructor(fields: StorageErrorFields) {
    const { kind, message, retry, cause, ...context } = fields;
    const detail = redact(message);
    super(`${kind}: ${detail}${describe(context)}`);
    this.kind = kind;
    this.detail = detail;
    this.retry = retry ?? (retriedByDefault.has(kind) ? 'again' : 'no');
    for (const [name, value] of Object.entries(context))
      if (value !== undefined) Object.assign(this, { [name]: value });
    if (cause !== undefined) this.cause = sanitiseCause(cause);
    Object.defineProperty(this, brand, { value: true });
  }

  /** True where the same request may succeed later. */
  get retryable(): boolean {
    return this.retry !== 'no';
  }

  /** The same error with more context; what is there already stays. */
  with(context: Pick<StorageErrorFields, 'backend' | 'operation' | 'path' | 'attempts'>): StorageError {
    const error = new StorageError({ ...context, ...definedFields(this), message: this.detail });
    if (this.stack !== undefined) error.stack = this.stack.replace(this.message, () => error.message);
    return error;
  }

  /** Every field but the stack, for logs. */
  toJSON(): Record<string, unknown> {
    const { stack: _, ...cause } = this.cause ?? {};
    return { name: this.name, ...definedFields(this), message: this.message, ...(this.cause && { cause }) };
  }
}

/** True where `err` is a {@link StorageError}, of one of `kinds` where any are given, whichever copy of core made it. */
export function isStorageError(err: unknown, ...kinds: readonly StorageErrorKind[]): err is StorageError {
  if (typeof err !== 'object' || err === null || (err as { [brand]?: unknown })[brand] !== true) return false;
  return kinds.length === 0 || kinds.includes((err as StorageError).kind);
}

/** True where `err` is a {@link StorageError} whose request may succeed when sent again. */
export function isRetryable(err: unknown): boolean {
  return isStorageError(err) && err.retry !== 'no';
}

/** Whatever was caught, as a {@link StorageError}: itself where it is one, else of kind `unknown`. */
export function toStorageError(err: unknown): StorageError {
  if (isStorageError(err)) return err;
  return new StorageError({
    kind: 'unknown',
    message: 'the backend failed in a way that it did not explain',
    cause: err,
  });
}

function definedFields(error: StorageError): Omit<StorageErrorFields, 'message'> & { kind: StorageErrorKind } {
  const { kind, retry, retryAfterMs, backend, operation, path, status, providerCode, attempts, cause } = error;
  const fields = { kind, retry, retryAfterMs, backend, operation, path, status, providerCode, attempts, cause };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as typeof fields &
    object as Omit<StorageErrorFields, 'message'> & { kind: StorageErrorKind };
}

function describe(context: Omit<StorageErrorFields, 'kind' | 'message' | 'retry' | 'cause'>): string {
  const { backend, operation, path, status, providerCode, attempts } = context;
  const parts = [
    [backend, operation].filter(Boolean).join(' '),
    path === undefined ? '' : JSON.stringify(path),
    status === undefined ? '' : `status ${status}`,
    providerCode === undefined ? '' : `code ${providerCode}`,
    attempts === undefined || attempts < 2 ? '' : `${attempts} attempts`,
  ].filter(Boolean);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function sanitiseCause(cause: unknown): SanitisedCause {
  const { name, code, message, stack } = (typeof cause === 'object' && cause !== null ? cause : {}) as Record<
    string,
    unknown
  >;
  return {
    name: typeof name === 'string' ? name : typeof cause,
    ...((typeof code === 'string' || typeof code === 'number') && { code: String(code) }),
    message: redact(typeof message === 'string' ? message : ''),
    ...(typeof stack === 'string' && { stack: redact(stack) }),
  };
}
