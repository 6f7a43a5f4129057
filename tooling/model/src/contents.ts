import type { HistoryEntry } from './history.ts';
import { targetOf } from './operation.ts';
import { idOf } from './version-log.ts';

/**
 * What each version may hold, by its id: one text, or several for a copy that does not say of which version it is. None where
 * writes of different texts gave it.
 */
export type Contents = ReadonlyMap<string, readonly string[]>;

/** What the writes of a history say of their versions. */
export function contentsOf(history: readonly HistoryEntry[]): Contents {
  const contents = new Map<string, readonly string[]>();
  const narrow = (id: string, texts: readonly string[]): void => {
    contents.set(id, contents.get(id)?.filter((text) => texts.includes(text)) ?? texts);
  };
  // In the order of their ends a copy can only be of what is known, or of a write that ends after it.
  for (const { operation, outcome } of [...history].sort((a, b) => a.endedAt - b.endedAt)) {
    if (outcome.kind !== 'updated') continue;
    const id = idOf(outcome.newVersion);
    if ('text' in operation) narrow(id, [operation.text]);
    else if (operation.verb === 'copy') narrow(id, textsOfCopy(history, operation, contents));
  }
  return contents;
}

/** True where the version is one that may hold such a text. */
export function canHave(contents: Contents, id: string | undefined, holds: (text: string) => boolean): boolean {
  return id !== undefined && (contents.get(id)?.some(holds) ?? false);
}

function textsOfCopy(
  history: readonly HistoryEntry[],
  { from, version }: Extract<HistoryEntry['operation'], { verb: 'copy' }>,
  contents: Contents,
): readonly string[] {
  const known = version && contents.get(idOf(version.version));
  if (known) return known;
  return [...new Set(history.flatMap((entry) => textsWritten(entry, from, history)))];
}

// Of a copy of a copy that has not ended: any text at all.
function textsWritten({ operation, outcome }: HistoryEntry, key: string, history: readonly HistoryEntry[]): string[] {
  if (outcome.kind !== 'updated' || targetOf(operation) !== key) return [];
  if ('text' in operation) return [operation.text];
  return history.flatMap((entry) => ('text' in entry.operation ? [entry.operation.text] : []));
}
