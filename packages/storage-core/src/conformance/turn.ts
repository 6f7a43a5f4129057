/**
 * Lets everything else run that is ready, once round the event loop.
 *
 * Whoever waits in a loop of its own must do this: on a storage in memory the promises alone never let a timer fire.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
