import type { Progress } from '../src/claim-steps.ts';
import type { FileStat } from '../src/file-system.ts';
import { parseSideName } from '../src/side-name.ts';
import type { Call, Steps } from '../src/steps.ts';
import type { Fault, FaultContext } from './explore.ts';
import { objectFile } from './simulated-file-system.ts';

/** Makes a call, or something else instead of it, and gives the result that the steps are to see. */
type Answer = (call: Call, context: FaultContext) => Generator<Call, unknown, unknown>;

const isClaim = (path: string): boolean => parseSideName(path.slice(1))?.kind === 'claim';

/** Nobody claims anything: everybody checks the version, and then acts. */
export const withoutClaims: Fault = answering(function* (call) {
  return call.method === 'point' ? true : yield call;
});

/** Updates are claimed, removals are not. */
export const withoutClaimsToRemove: Fault = answering(function* (call) {
  return call.method === 'point' && call.args[0].startsWith('#5') ? true : yield call;
});

/** After the claim the object is taken to be at the version that was claimed. */
export const withoutVersionCheck: Fault = (steps, context) => {
  let claimed: FileStat | undefined;
  return answering(function* (call) {
    const result = claimed && call.method === 'stat' && call.args[0] === objectFile ? claimed : yield call;
    if (call.method === 'point' && result === true) claimed = statOfClaim(call.args[1]);
    return result;
  })(steps, context);
};

/** Who finds a claim waits for its writer. */
export const withoutHelping: Fault = function* (steps, { temp }) {
  let next = steps.next();
  while (next.done !== true) {
    const call = next.value;
    if (call.method === 'rename' && call.args[0] !== temp?.path) return { kind: 'busy', claim: call.args[0], temp };
    next = steps.next(yield call);
  }
  return next.value;
};

/** Who finds another version takes his own write for refused, whoever may have carried it out. */
export const decidingByVersion: Fault = answering(function* (call, { temp }) {
  const result = yield call;
  return call.method === 'unlink' && call.args[0] === temp?.path ? true : result;
});

/** Inodes are freed within the tick of their time. */
export const withoutHeldInodes: Fault = answering(function* (call) {
  return call.method === 'hold' ? undefined : yield call;
});

/** The object is removed, and then the new one gets its name. */
export const replacingInTwoSteps: Fault = answering(function* (call) {
  if (call.method !== 'rename') return yield call;
  yield { method: 'unlink', args: [objectFile] };
  yield { method: 'link', args: call.args };
  return yield { method: 'unlink', args: [call.args[0]] };
});

/** An object is looked for, and then made by a rename, which replaces whatever came in between. */
export const creatingByRename: Fault = answering(function* (call) {
  if (call.method !== 'link') return yield call;
  if ((yield { method: 'stat', args: [objectFile] }) !== undefined) return false;
  return yield { method: 'rename', args: call.args };
});

/** A write is published before all its bytes are there. */
export const publishingTooEarly: Fault = answering(function* (call) {
  return yield call.method === 'writeTemp' ? ({ method: 'writePart', args: [] } as unknown as Call) : call;
});

/** A claim that is void is removed, and its name used again. */
export const reusingClaims: Fault = answering(function* (call) {
  const path = String(call.args.at(-1));
  if (!isClaim(path) || path.endsWith('0000')) return yield call;
  const first = path.replace(/\d{4}$/, '0000');
  if (call.method === 'point') yield { method: 'discard', args: [first] };
  return yield { ...call, args: [...call.args.slice(0, -1), first] } as Call;
});

/** Everybody is taken for dead. */
export const buryingTheLiving: Fault = answering(function* (call) {
  return call.method === 'isDead' ? true : yield call;
});

/** No fault of the protocol's, but of a network: calls succeed, and are reported as having found it done already. */
export const losingAnswers: Fault = answering(function* (call) {
  const result = yield call;
  return call.method === 'point' || call.method === 'rename' ? false : result;
});

function answering(answer: Answer): Fault {
  return function* (steps: Steps<Progress>, context: FaultContext): Steps<Progress> {
    let next = steps.next();
    while (next.done !== true) next = steps.next(yield* answer(next.value, context));
    return next.value;
  };
}

function statOfClaim(path: string): FileStat | undefined {
  const side = parseSideName(path.slice(1));
  if (side?.kind !== 'claim') return undefined;
  const mtimeNs = side.version.mtimeUs * 1000n;
  return { kind: 'file', ino: side.version.ino, mtimeNs, ctimeNs: mtimeNs, size: side.version.sizeBytes };
}
