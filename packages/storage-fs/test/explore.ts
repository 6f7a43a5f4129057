import { sweep } from '../src/abandoned.ts';
import { attempt, type Intent, type Progress } from '../src/claim-steps.ts';
import type { Call, Steps, Temp } from '../src/steps.ts';
import { isSameFileVersion, toVersionInfo } from '../src/version.ts';
import { objectFile, ownerOf, SimulatedFileSystem } from './simulated-file-system.ts';

/** What a simulated process does; those that update know the object's first version. */
type Role = Intent['kind'] | 'sweep';

/** A world to explore. */
export interface Scenario {
  readonly roles: readonly Role[];
  /** Whether there is an object at the beginning. */
  readonly object: 'present' | 'absent';
  /** How many of the processes may be killed, each before any of its calls. */
  readonly crashes: number;
  /** How often the clock may tick, at any time. */
  readonly ticks?: number;
  /** Breaks the steps of every process, to see that the exploration finds it. */
  readonly fault?: Fault;
}

/** Stands between a process and its calls. */
export type Fault = (steps: Steps<Progress>, context: FaultContext) => Steps<Progress>;
export interface FaultContext {
  readonly process: number;
  readonly temp: Temp | undefined;
}

/** What an exploration came to: the first broken property, with the calls that led there, or none. */
export interface Exploration {
  readonly states: number;
  readonly ends: number;
  readonly violation: string | undefined;
  readonly trace: readonly string[];
}

interface Process {
  readonly status: 'running' | 'crashed' | 'ended';
  readonly temp: Temp | undefined;
  /** What the calls of this attempt gave so far: with the steps it determines all that the process will do. */
  readonly results: readonly unknown[];
  readonly local: number;
  readonly outcome: Progress['kind'] | undefined;
  readonly sawObject: boolean;
  readonly sawAbsence: boolean;
}

interface State {
  readonly disk: SimulatedFileSystem;
  readonly processes: readonly Process[];
  /** Processes whose object has been the one that readers see. */
  readonly applied: ReadonlySet<number>;
  readonly versions: ReadonlySet<string>;
  readonly crashes: number;
  readonly ticks: number;
  readonly before: State | undefined;
  readonly event: string;
}

type Next = { readonly call: Call } | { readonly progress: Progress };

class Violation extends Error {}

/** Goes through every order in which the calls, crashes and ticks of a scenario can happen. */
export function explore(scenario: Scenario): Exploration {
  return new Explorer(scenario).run();
}

class Explorer {
  readonly #scenario: Scenario;
  readonly #ids = new Map<string, number>();
  readonly #nexts = new Map<number, Next>();
  readonly #first: SimulatedFileSystem;
  readonly #freeOf = new Set<string>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#first = new SimulatedFileSystem();
    if (scenario.object === 'present')
      this.#finishAlone(this.#first, { kind: 'create', file: objectFile }, 99, () => false);
  }

  run(): Exploration {
    const seen = new Set<string>();
    const open = [this.#start()];
    let ends = 0;
    for (let state = open.pop(); state !== undefined; state = open.pop()) {
      const key = this.#key(state);
      if (seen.has(key)) continue;
      seen.add(key);
      try {
        this.#checkNobodyIsStuck(state);
        const next = this.#successors(state);
        if (next.length === 0) ends++;
        open.push(...next);
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        return { states: seen.size, ends, violation: error.message, trace: traceOf(state) };
      }
    }
    return { states: seen.size, ends, violation: undefined, trace: [] };
  }

  #start(): State {
    const object = this.#first.object();
    const process: Process = {
      status: 'running',
      temp: undefined,
      results: [],
      local: 0,
      outcome: undefined,
      sawObject: object !== undefined,
      sawAbsence: object === undefined,
    };
    return {
      disk: this.#first,
      processes: this.#scenario.roles.map(() => process),
      applied: new Set(),
      versions: new Set(object ? [etagOf(object)] : []),
      crashes: this.#scenario.crashes,
      ticks: this.#scenario.ticks ?? 0,
      before: undefined,
      event: 'start',
    };
  }

  #successors(state: State): readonly State[] {
    const next: State[] = [];
    state.processes.forEach((process, index) => {
      if (process.status !== 'running') return;
      next.push(this.#step(state, index));
      if (state.crashes > 0) next.push(...this.#crash(state, index));
    });
    if (state.ticks > 0 && next.length > 0) {
      const disk = new SimulatedFileSystem(state.disk);
      disk.tick();
      next.push({ ...state, disk, ticks: state.ticks - 1, before: state, event: 'tick' });
    }
    return next;
  }

  #crash(state: State, index: number): readonly State[] {
    const next = this.#next(state, index);
    const gone = {
      ...state,
      processes: changed(state, index, { status: 'crashed' }),
      crashes: state.crashes - 1,
      before: state,
    };
    const crashed = [{ ...gone, event: `${this.#name(index)} is killed` }];
    if ('call' in next && next.call.method === 'writeTemp') {
      const disk = new SimulatedFileSystem(state.disk);
      disk.writePart(index);
      crashed.push({ ...gone, disk, event: `${this.#name(index)} is killed as it writes` });
    }
    return crashed;
  }

  #step(state: State, index: number): State {
    const next = this.#next(state, index);
    if (!('call' in next)) throw new Error('a process that has ended has no step');
    const disk = new SimulatedFileSystem(state.disk);
    const result = perform(disk, next.call, index, state);
    const event = `${this.#name(index)}: ${show(next.call)} -> ${show(result)}`;
    const observed = this.#observe({ ...state, disk, before: state, event }, index, state);
    return this.#settle(observed, index, result);
  }

  /** Takes note of what readers see after a call, and checks that it may be so. */
  #observe(state: State, actor: number, before: State): State {
    const [was, is] = [before.disk.object(), state.disk.object()];
    check(is === undefined || is.isComplete, 'a reader sees a part of an object', state);
    if (is === undefined && was !== undefined)
      check(this.#scenario.roles[actor] === 'remove', 'an object is lost', state);
    const processes = state.processes.map((process) => ({
      ...process,
      sawObject: process.sawObject || is !== undefined,
      sawAbsence: process.sawAbsence || is === undefined,
    }));
    if (is === undefined || isSameFileVersion(is.version, was?.version)) return { ...state, processes };
    check(!state.versions.has(etagOf(is)), 'a version comes again', state);
    check(!state.applied.has(is.writer), 'an object is applied twice', state);
    const role = this.#scenario.roles[is.writer];
    if (role === 'create') check(was === undefined, 'a create replaces an object', state);
    if (role === 'update')
      check(isSameFileVersion(was?.version, this.#first.object()?.version), 'an update is lost', state);
    const refused = state.processes[is.writer]?.outcome === 'refused';
    check(!refused, 'what was refused is applied', state);
    return {
      ...state,
      processes,
      applied: new Set(state.applied).add(is.writer),
      versions: new Set(state.versions).add(etagOf(is)),
    };
  }

  /** Hands a process the result of its call, and takes its outcome when it has one. */
  #settle(state: State, index: number, result: unknown): State {
    const process = at(state, index);
    const local = this.#id(`${process.local}>${serialise(result)}`);
    const waiting = { ...state, processes: changed(state, index, { results: [...process.results, result], local }) };
    const next = this.#next(waiting, index);
    if ('call' in next) return waiting;
    if (next.progress.kind === 'again' || next.progress.kind === 'busy') {
      const { temp } = next.progress;
      return { ...state, processes: changed(state, index, { temp, results: [], local: this.#id(serialise(temp)) }) };
    }
    const outcome = next.progress.kind;
    const ended = {
      ...state,
      processes: changed(state, index, { status: 'ended', results: [], local: 0, temp: undefined, outcome }),
    };
    this.#checkOutcome(ended, index);
    return ended;
  }

  #checkOutcome(state: State, index: number): void {
    const role = this.#scenario.roles[index];
    const process = at(state, index);
    const isApplied = state.applied.has(index);
    if (process.outcome === 'stored') check(isApplied, 'what was acknowledged is not applied', state);
    if (process.outcome === 'refused') check(!isApplied, 'what was applied is refused', state);
    if (role === 'create' && process.outcome === 'refused')
      check(process.sawObject, 'a create is refused for nothing', state);
    if (role === 'remove') check(process.sawAbsence, 'a removal is acknowledged that never was', state);
    if (role === 'update' && process.outcome === 'refused') {
      const isStillThere = isSameFileVersion(state.disk.object()?.version, this.#first.object()?.version);
      check(!isStillThere, 'an update is refused for nothing', state);
    }
    const winners = state.processes.filter(
      (each, other) => this.#scenario.roles[other] === 'update' && each.outcome === 'stored',
    );
    check(winners.length < 2, 'two updates of one version succeed', state);
  }

  /** From every state, all others standing still for ever, a newcomer can write, unless a living process is deleting. */
  #checkNobodyIsStuck(state: State): void {
    const isDeleting = state.processes.some(
      ({ status }, index) => status === 'running' && this.#scenario.roles[index] === 'remove',
    );
    const place = [
      state.disk.key((text) => this.#id(text)),
      state.processes.map(({ status }) => status === 'crashed'),
      isDeleting,
    ].join();
    if (this.#freeOf.has(place)) return;
    this.#freeOf.add(place);
    for (const kind of ['overwrite', 'update'] as const) {
      const disk = new SimulatedFileSystem(state.disk);
      const outcome = this.#writeAlone(disk, kind, state.processes.length, (owner) => isCrashed(state, owner));
      check(
        outcome === 'stored' || (outcome === 'busy' && isDeleting),
        `a newcomer is stuck: ${kind} ${outcome}`,
        state,
      );
    }
  }

  // A conflict is no answer for one who is alone, but for the writes that he found unfinished: each process has one.
  #writeAlone(
    disk: SimulatedFileSystem,
    kind: 'overwrite' | 'update',
    writer: number,
    isDead: (owner: string) => boolean,
  ): string {
    let outcome = 'refused';
    for (let tries = 0; outcome === 'refused' && tries <= this.#scenario.roles.length; tries++) {
      const object = disk.object();
      const file = objectFile;
      const update: Intent = object ? { kind: 'update', file, version: object.version } : { kind: 'create', file };
      outcome = this.#finishAlone(disk, kind === 'update' ? update : { kind, file }, writer, isDead);
      if (outcome === 'stored' && disk.object()?.writer !== writer) return 'stored, and yet not';
    }
    return outcome;
  }

  #finishAlone(disk: SimulatedFileSystem, intent: Intent, writer: number, isDead: (owner: string) => boolean): string {
    let temp: Temp | undefined;
    for (let attempts = 0; attempts < 20; attempts++) {
      const steps = this.#broken(attempt(intent, temp), { process: writer, temp });
      const progress = runOn(disk, steps, writer, isDead);
      if (progress.kind !== 'again') return progress.kind;
      temp = progress.temp;
    }
    return 'never done';
  }

  #next(state: State, index: number): Next {
    const { local, temp, results } = at(state, index);
    const id = this.#id(`${index}@${local}`);
    const known = this.#nexts.get(id);
    if (known) return known;
    const steps = this.#broken(this.#stepsOf(index, temp), { process: index, temp });
    let step = steps.next();
    for (const result of results) step = steps.next(result);
    const next: Next = step.done === true ? { progress: step.value } : { call: step.value };
    this.#nexts.set(id, next);
    return next;
  }

  #stepsOf(index: number, temp: Temp | undefined): Steps<Progress> {
    const role = this.#scenario.roles[index];
    const file = objectFile;
    if (role === 'sweep') return sweepOnce();
    if (role !== 'update') return attempt({ kind: role ?? 'overwrite', file }, temp);
    const version = this.#first.object()?.version ?? { ino: 1n, mtimeUs: 0n, sizeBytes: 0n };
    return attempt({ kind: 'update', file, version }, temp);
  }

  #broken(steps: Steps<Progress>, context: FaultContext): Steps<Progress> {
    return this.#scenario.fault ? this.#scenario.fault(steps, context) : steps;
  }

  #key({ disk, processes, applied, versions, crashes, ticks }: State): string {
    const each = processes.map(({ status, local, outcome, sawObject, sawAbsence }) =>
      [status[0], local, outcome?.slice(0, 3), Number(sawObject), Number(sawAbsence)].join(),
    );
    const ghosts = [
      [...applied].sort().join('+'),
      [...versions]
        .map((version) => this.#id(version))
        .sort()
        .join('+'),
    ];
    return [disk.key((text) => this.#id(text)), ...each, ...ghosts, crashes, ticks].join('|');
  }

  #id(text: string): number {
    const id = this.#ids.get(text) ?? this.#ids.size + 1;
    this.#ids.set(text, id);
    return id;
  }

  #name(index: number): string {
    return `${this.#scenario.roles[index]} ${index}`;
  }
}

function* sweepOnce(): Steps<Progress> {
  yield* sweep('/');
  return { kind: 'removed' };
}

// No step may count on a file that another process can take away.
function perform(disk: SimulatedFileSystem, call: Call, index: number, state: State): unknown {
  try {
    return disk.perform(call, index, (owner) => isCrashed(state, owner));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    throw new Violation(`a file is gone that ${call.method} needs`);
  }
}

function runOn<T>(disk: SimulatedFileSystem, steps: Steps<T>, writer: number, isDead: (owner: string) => boolean): T {
  let next = steps.next();
  while (next.done !== true) next = steps.next(disk.perform(next.value, writer, isDead));
  return next.value;
}

function isCrashed(state: State, owner: string): boolean {
  return state.processes.some(({ status }, index) => status === 'crashed' && ownerOf(index) === owner);
}

function changed(state: State, index: number, change: Partial<Process>): readonly Process[] {
  return state.processes.map((process, each) => (each === index ? { ...process, ...change } : process));
}

function at(state: State, index: number): Process {
  const process = state.processes[index];
  if (!process) throw new Error(`no process ${index}`);
  return process;
}

function etagOf({ version }: { readonly version: Parameters<typeof toVersionInfo>[0] }): string {
  return toVersionInfo(version).etag ?? '';
}

function check(holds: boolean, property: string, state: State): void {
  if (!holds) throw new Violation(`${property}\n${traceOf(state).join('\n')}`);
}

function traceOf(state: State): readonly string[] {
  const trace: string[] = [];
  for (let each: State | undefined = state; each; each = each.before) trace.unshift(each.event);
  return trace;
}

function serialise(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? `${each}n` : each)) ?? '-';
}

function show(value: unknown): string {
  return serialise(value).replace(/0{6,}/g, '~');
}
