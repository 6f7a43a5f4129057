/** A signal that tells how many listeners are on it. */
export interface CountedSignal {
  readonly signal: AbortSignal;
  /** Listeners that were added and neither removed nor let go of by a signal of their own. */
  listeners(): number;
}

/** A signal that never fires and keeps count of its listeners: there is no other way to know them outside of Node. */
export function countedSignal(): CountedSignal {
  const { signal } = new AbortController();
  const added = new Set<EventListenerOrEventListenerObject>();
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  const counted = {
    addEventListener(
      type: string,
      listener: EventListenerOrEventListenerObject,
      options?: boolean | AddEventListenerOptions,
    ): void {
      added.add(listener);
      if (typeof options === 'object') options.signal?.addEventListener('abort', () => added.delete(listener));
      add(type, listener, options);
    },
    removeEventListener(
      type: string,
      listener: EventListenerOrEventListenerObject,
      options?: boolean | EventListenerOptions,
    ): void {
      added.delete(listener);
      remove(type, listener, options);
    },
  };
  Object.assign(signal, counted);
  return { signal, listeners: () => added.size };
}
