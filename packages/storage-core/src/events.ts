import type { StorageError } from './errors.ts';

/** What a storage did that its caller may want to know of, and need not. */
export type StorageEvent =
  | {
      /** An attempt failed and is tried again after a pause. */
      readonly kind: 'retry';
      readonly operation: string;
      readonly path?: string;
      /** The attempt that failed, counted from 1. */
      readonly attempt: number;
      readonly delayMs: number;
      readonly error: StorageError;
    }
  | { readonly kind: 'credentials_renewed'; readonly operation: string }
  /** A condition was left out, as `unsafeUseConditionalUpdate` or `unsafeUseConditionalCreate` asks. Said once of each. */
  | { readonly kind: 'condition_dropped'; readonly condition: 'create' | 'update' }
  /** A write whose answer was lost, or came as a conflict, was found to have landed. */
  | { readonly kind: 'write_recovered'; readonly path: string }
  /** An object was replaced while its parts were being read; the read starts anew. */
  | { readonly kind: 'read_restarted'; readonly path: string }
  /** A transfer broke off and goes on from where it was. */
  | { readonly kind: 'read_resumed'; readonly path: string; readonly offsetBytes: number }
  /** A stored name that no Icechunk client writes is left out of listings. Said once of each name, up to a bound. */
  | { readonly kind: 'name_skipped'; readonly key: string };

/** Takes events. What it throws is ignored, also later: a log must not break a commit. */
export type EventListener = (event: StorageEvent) => void;

// Bounds what is remembered of a bucket full of foreign names.
const MAX_REMEMBERED = 1_000;

/** A listener that never throws and says what is said once only once; silent where none is given. */
export function safeListener(listener: EventListener | undefined): EventListener {
  if (!listener) return () => {};
  const conditions = new Set<string>();
  const names = new Set<string>();
  const isNews = (event: StorageEvent): boolean => {
    if (event.kind === 'condition_dropped') return isNew(conditions, event.condition);
    return event.kind !== 'name_skipped' || (names.size < MAX_REMEMBERED && isNew(names, event.key));
  };
  return (event) => {
    if (isNews(event)) tell(listener, event);
  };
}

/** Hands an event over, and takes no notice of what becomes of it. */
export function tell<Event>(listener: (event: Event) => unknown, event: Event): void {
  try {
    // An async function is a listener, too, and where it rejects Node would end the process.
    Promise.resolve(listener(event)).catch(() => {});
  } catch {}
}

function isNew(said: Set<string>, fact: string): boolean {
  return said.size < said.add(fact).size;
}
