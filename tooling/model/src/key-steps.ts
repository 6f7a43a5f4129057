import { type Contents, canHave } from './contents.ts';
import type { HistoryEntry } from './history.ts';
import type { KeyState, KeyStep } from './linearize.ts';
import { below, idBelow, type Operation } from './operation.ts';
import type { FoundOutcome } from './outcome.ts';
import { idOf, type NamedVersion } from './version-log.ts';

type Rule = Pick<KeyStep, 'allows' | 'after'>;
type Of<Verb> = Extract<Operation<NamedVersion>, { verb: Verb }>;

const isPresent = (state: KeyState): boolean => state !== undefined;
const isAbsent = (state: KeyState): boolean => state === undefined;

/** What an operation did to a key: a step for each moment at which it touched it; none where it says nothing of it. */
export function stepsOf(entry: HistoryEntry, key: string, contents: Contents): KeyStep[] {
  const { startedAt, endedAt } = entry;
  return rulesOf(entry, key, contents).map((rule) => ({ startedAt, endedAt, ...rule }));
}

function rulesOf({ operation, outcome }: HistoryEntry, key: string, contents: Contents): Rule[] {
  switch (operation.verb) {
    case 'put':
    case 'create':
    case 'update':
      return operation.key === key ? putRules(operation, outcome) : [];
    case 'copy':
      return copyRules(operation, outcome, key);
    case 'delete':
      return operation.items.some(({ id }) => below(operation.prefix, id) === key)
        ? [{ allows: () => true, after: { state: undefined } }]
        : [];
    case 'list': {
      const id = idBelow(operation.prefix, key);
      return id === undefined || outcome.kind !== 'listed' ? [] : [listRule(outcome.objects, id, contents)];
    }
    default:
      return operation.key === key ? readRules(operation, outcome, contents) : [];
  }
}

function putRules(operation: Of<'put' | 'create' | 'update'>, outcome: HistoryEntry['outcome']): Rule[] {
  const holds = (state: KeyState): boolean => {
    if (operation.verb === 'create') return state === undefined;
    return operation.verb === 'put' || state === idOf(operation.version.version);
  };
  if (outcome.kind === 'updated') return [{ allows: holds, after: { state: idOf(outcome.newVersion) } }];
  return [{ allows: (state) => !holds(state) }];
}

// A copy reads its source at one moment and writes its target at another.
function copyRules({ from, to, version }: Of<'copy'>, outcome: HistoryEntry['outcome'], key: string): Rule[] {
  const matches = (state: KeyState): boolean => isPresent(state) && (!version || state === idOf(version.version));
  if (key === from) {
    if (outcome.kind === 'updated') return [{ allows: matches }];
    return [{ allows: outcome.kind === 'error' ? isAbsent : (state) => isPresent(state) && !matches(state) }];
  }
  if (key !== to || outcome.kind !== 'updated') return [];
  return [{ allows: () => true, after: { state: idOf(outcome.newVersion) } }];
}

// A listing sees each key at a moment of its own.
function listRule(
  objects: readonly { readonly id: string; readonly sizeBytes: number }[],
  id: string,
  contents: Contents,
): Rule {
  const listed = objects.find((object) => object.id === id);
  if (!listed) return { allows: isAbsent };
  return { allows: (state) => canHave(contents, state, (text) => text.length === listed.sizeBytes) };
}

function readRules(
  operation: Of<'get' | 'getConditional' | 'lastModified'>,
  outcome: HistoryEntry['outcome'],
  contents: Contents,
): Rule[] {
  const known = operation.verb === 'getConditional' && operation.version ? idOf(operation.version.version) : undefined;
  if (outcome.kind === 'found') return [foundRule(operation, outcome, known)];
  if (outcome.kind === 'on_latest_version') return [{ allows: (state) => isPresent(state) && state === known }];
  if (outcome.kind === 'dated') return [{ allows: isPresent }];
  if (outcome.kind !== 'error') return [{ allows: () => false }];
  if (outcome.error === 'not_found') return [{ allows: isAbsent }];
  if (outcome.error !== 'invalid_range' || operation.verb !== 'get') return [];
  const start = operation.range?.start ?? 0;
  return [{ allows: (state) => canHave(contents, state, (text) => text.length <= start) }];
}

function foundRule(
  operation: Of<'get' | 'getConditional' | 'lastModified'>,
  { version }: FoundOutcome,
  known: string | undefined,
): Rule {
  // A conditional get never gives what the caller has.
  const isKnown = operation.verb === 'getConditional' && idOf(version) === known;
  return { allows: (state) => !isKnown && state === idOf(version) };
}
