import type { CaseGroup } from './case.ts';

// The gravest first: a verdict names what it must name even where it cannot name all.
const ofGroups: Readonly<Record<CaseGroup, string>> = {
  cas: 'two writers can both win',
  put: 'a write can take effect where it was refused, or be lost where it was acknowledged',
  lost: 'a commit that landed can be taken for one that did not, or the other way round',
  get: 'readers can be given bytes that were never written',
  condget: 'readers can be left on an old state, or lose a new one',
  multi: 'a large object can appear in part, or against its condition',
  copy: 'a copy can differ from its source',
  key: 'one path can reach the object of another',
  list: 'listings can leave objects out, so that live data is collected as garbage',
  del: 'deletions can take what was not asked for, or claim what did not happen',
  err: 'a failure can be taken for a missing object',
  ro: 'a reader can change what it was only to read',
  abort: 'what was given up can go on, or leave half an object',
  meta: 'what is written beside the bytes can be lost',
  life: 'connections and files can run out',
};

const ofCases: Readonly<Record<string, string>> = {
  'cas.two-instances': 'two writers in two processes can both win',
  'cas.update-vs-delete': 'a deleted object can come back',
  'cas.last-writer-intact': 'two writers can leave a mixture of both',
  'put.create-conflict': 'a second writer can replace what the first has created',
  'put.update-stale': 'a writer with an old version can replace a newer commit',
  'put.update-missing': 'an update can bring back what was deleted',
  'put.foreign-version': 'the version of one object can open another',
  'put.version-changes': 'two states of an object can have one version, so that a commit between them is lost',
  'put.aba-same-tick': 'an object can get an old version back, so that a commit between them is lost',
  'put.ownership': 'bytes can change after they were written',
  'lost.foreign-winner': "another writer's commit can be taken for one's own",
  'get.torn-overwrite': 'a reader can be given a mixture of two states',
  'get.torn-split': 'a reader can be given a mixture of two states',
  'get.short-body': 'a transfer that broke off can be taken for a whole object',
  'list.order': 'listings are not in the order that was declared',
  'list.no-temp': 'listings can show what is no object',
};

const gravity = Object.keys(ofGroups);

/** What can go wrong where a storage does not pass a case, in words that go on from "not safe: ". */
export function consequenceOf(id: string): string {
  return ofCases[id] ?? ofGroups[groupOf(id)] ?? 'the contract is not kept';
}

/** The ids with the gravest group first; within a group as they came. */
export function gravestFirst(ids: readonly string[]): string[] {
  return ids.toSorted((a, b) => gravity.indexOf(groupOf(a)) - gravity.indexOf(groupOf(b)));
}

/** The group that an id names. */
export function groupOf(id: string): CaseGroup {
  return id.slice(0, id.indexOf('.')) as CaseGroup;
}
