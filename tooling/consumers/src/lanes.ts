/** Runs tasks in their order, at most `lanes` of them at once. Rejects as soon as one does. */
export async function inLanes(lanes: number, tasks: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = tasks.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const task of waiting) await task();
    }),
  );
}
