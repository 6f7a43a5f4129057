import { codeOf } from './call.ts';
import { type Contents, canHave, contentsOf } from './contents.ts';
import type { HistoryEntry } from './history.ts';
import { stepsOf } from './key-steps.ts';
import { isLinearizable } from './linearize.ts';
import { below, type Operation, targetOf } from './operation.ts';
import type { ModelTarget } from './target.ts';
import { idOf } from './version-log.ts';

/**
 * What no order of the operations explains; undefined where all is explained.
 *
 * Held are: every version is given once, or for the same bytes alone where it is made of them; bytes are those of the version that
 * they come with; a listing names each key once and none that was never written; nothing fails that must not; and key by key the
 * history is linearizable.
 */
export function judgeHistory(
  history: readonly HistoryEntry[],
  { contentEtags = false }: Pick<ModelTarget, 'contentEtags'> = {},
): string | undefined {
  const contents = contentsOf(history);
  for (const entry of history) {
    const versionFault = contentEtags ? mixUpIn(entry, contents) : repetitionIn(entry, history);
    const fault = versionFault ?? faultOf(entry, history, contents);
    if (fault !== undefined) return `${codeOf(entry.operation)}: ${fault}`;
  }
  const keys = new Set(history.flatMap(({ operation }) => keysOf(operation)));
  for (const key of keys) {
    if (!isLinearizable(history.flatMap((entry) => stepsOf(entry, key, contents)))) {
      return `no order of the operations explains what was seen of "${key}"`;
    }
  }
  return undefined;
}

function faultOf(entry: HistoryEntry, history: readonly HistoryEntry[], contents: Contents): string | undefined {
  const { operation, outcome } = entry;
  if (outcome.kind === 'error') return isAllowed(entry, history) ? undefined : `failed with ${outcome.error}`;
  if (outcome.kind === 'deleted') return outcome.failures.length > 0 ? 'did not delete everything' : undefined;
  if (outcome.kind === 'listed') return listingFault(operation, outcome.objects, history);
  if (outcome.kind !== 'found') return undefined;
  const range = operation.verb === 'get' ? operation.range : undefined;
  const holds = (text: string): boolean =>
    text.length === outcome.sizeBytes && text.slice(range?.start, range?.end) === outcome.text;
  return canHave(contents, idOf(outcome.version), holds) ? undefined : 'gave bytes that are not of the version given';
}

function mixUpIn({ outcome }: HistoryEntry, contents: Contents): string | undefined {
  if (outcome.kind !== 'updated') return undefined;
  return canHave(contents, idOf(outcome.newVersion), () => true) ? undefined : 'gave the version of other bytes';
}

function repetitionIn(entry: HistoryEntry, history: readonly HistoryEntry[]): string | undefined {
  const same = history.filter((one) => isSameWrite(one, entry));
  return same.length > 1 ? 'gave the version of another write of the key' : undefined;
}

function isSameWrite(one: HistoryEntry, { operation, outcome }: HistoryEntry): boolean {
  if (one.outcome.kind !== 'updated' || outcome.kind !== 'updated') return false;
  return targetOf(one.operation) === targetOf(operation) && idOf(one.outcome.newVersion) === idOf(outcome.newVersion);
}

function isAllowed(
  { operation, outcome, startedAt, endedAt }: HistoryEntry,
  history: readonly HistoryEntry[],
): boolean {
  if (outcome.kind !== 'error') return true;
  const isRead = ['get', 'getConditional', 'lastModified'].includes(operation.verb);
  if (outcome.error === 'not_found') return isRead || operation.verb === 'copy';
  if (operation.verb !== 'get') return false;
  if (outcome.error === 'invalid_range') return operation.range !== undefined;
  // Given up only where somebody kept writing under the read.
  const overlaps = (one: HistoryEntry): boolean => one.startedAt < endedAt && one.endedAt > startedAt;
  const isUnderIt = (one: HistoryEntry): boolean => overlaps(one) && isChangeOf(one.operation, operation.key);
  return outcome.error === 'changed_while_reading' && history.some(isUnderIt);
}

function isChangeOf(operation: Operation<unknown>, key: string): boolean {
  return targetOf(operation) === key || (operation.verb === 'delete' && keysOf(operation).includes(key));
}

function listingFault(
  operation: Operation<unknown>,
  objects: readonly { readonly id: string }[],
  history: readonly HistoryEntry[],
): string | undefined {
  const prefix = operation.verb === 'list' ? operation.prefix : '';
  const ids = objects.map(({ id }) => id);
  if (new Set(ids).size < ids.length) return 'named a key twice';
  const written = new Set(history.map((one) => targetOf(one.operation)));
  const stranger = ids.find((id) => !written.has(below(prefix, id)));
  return stranger === undefined ? undefined : `named "${stranger}", which nothing wrote`;
}

function keysOf(operation: Operation<unknown>): string[] {
  if (operation.verb === 'list') return [];
  if (operation.verb === 'copy') return [operation.from, operation.to];
  if (operation.verb === 'delete') return operation.items.map(({ id }) => below(operation.prefix, id));
  return [operation.key];
}
