import { describe, expect, test } from 'vitest';
import { attempt, type Intent, type Progress } from '../src/claim-steps.ts';
import type { Call } from '../src/steps.ts';
import { objectFile, SimulatedFileSystem } from './simulated-file-system.ts';

type Failure = (call: Call) => Error | undefined;

/** Runs an operation to its end on a disk where some calls fail. */
function run(disk: SimulatedFileSystem, intent: Intent, writer: number, failure: Failure = () => undefined): Progress {
  const step = (temp: Parameters<typeof attempt>[1]): Progress => {
    const steps = attempt(intent, temp);
    let next = steps.next();
    while (next.done !== true) {
      const error = failure(next.value);
      next = error ? steps.throw(error) : steps.next(disk.perform(next.value, writer, () => false));
    }
    return next.value.kind === 'again' ? step(next.value.temp) : next.value;
  };
  return step(undefined);
}

function diskWithObject(): [SimulatedFileSystem, Intent] {
  const disk = new SimulatedFileSystem();
  const progress = run(disk, { kind: 'create', file: objectFile }, 1);
  if (progress.kind !== 'stored') throw new Error('expected an object');
  return [disk, { kind: 'update', file: objectFile, version: progress.version }];
}

const failingOn =
  (...methods: readonly Call['method'][]): Failure =>
  ({ method }) =>
    methods.includes(method) ? Object.assign(new Error(`${method} fails`), { code: 'EIO' }) : undefined;

describe('a write whose claim is laid', () => {
  test('and that fails is taken back: it is not applied, and others go on', () => {
    const [disk, update] = diskWithObject();
    expect(() => run(disk, update, 2, failingOn('rename'))).toThrow('rename fails');
    expect(disk.object()?.writer).toBe(1);
    expect(run(disk, update, 3).kind).toBe('stored');
    expect(disk.object()?.writer).toBe(3);
  });

  test('and that fails after a helper carried it out is stored', () => {
    const [disk, update] = diskWithObject();
    const failing: Failure = (call) => {
      if (call.method !== 'rename') return undefined;
      disk.perform(call, 9, () => false);
      return new Error('too late');
    };
    expect(run(disk, update, 2, failing).kind).toBe('stored');
    expect(disk.object()?.writer).toBe(2);
  });

  test('and whose temp file somebody removed who is none of us is never told to be stored', () => {
    const [disk, update] = diskWithObject();
    const cleaning: Failure = (call) => {
      if (call.method === 'rename') disk.perform({ method: 'unlink', args: [call.args[0]] }, 9, () => false);
      return undefined;
    };
    expect(() => run(disk, update, 2, cleaning)).toThrow(expect.objectContaining({ kind: 'unavailable' }));
    expect(disk.object()?.writer).toBe(1);
    expect(run(disk, update, 3).kind).toBe('stored');
  });

  test('and can be neither renamed nor found any more, was not published by anybody', () => {
    const [disk, update] = diskWithObject();
    const failing: Failure = (call) => {
      if (call.method !== 'rename') return undefined;
      disk.perform({ method: 'unlink', args: [call.args[0]] }, 9, () => false);
      return new Error('no rename');
    };
    expect(() => run(disk, update, 2, failing)).toThrow('no rename');
    expect(disk.object()?.writer).toBe(1);
  });

  test('and that can be neither finished nor taken back has an unknown outcome', () => {
    const [disk, update] = diskWithObject();
    expect(() => run(disk, update, 2, failingOn('rename', 'unlink'))).toThrow(
      expect.objectContaining({ kind: 'outcome_unknown', cause: expect.objectContaining({ code: 'EIO' }) }),
    );
  });
});

describe('a claim that is laid, and whose answer is lost', () => {
  /** The claim comes through, and is told to have failed. */
  const losing =
    (disk: SimulatedFileSystem): Failure =>
    (call) => {
      if (call.method !== 'point') return undefined;
      disk.perform(call, 9, () => false);
      return Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
    };

  test('is carried out by its writer', () => {
    const [disk, update] = diskWithObject();
    expect(run(disk, update, 2, losing(disk)).kind).toBe('stored');
    expect(disk.object()?.writer).toBe(2);
    expect(run(disk, { kind: 'remove', file: objectFile }, 3, losing(disk))).toEqual({ kind: 'removed' });
    expect(disk.object()).toBeUndefined();
    expect(disk.paths().filter((path) => /#\d+$/.test(path))).toEqual([]);
  });

  test('and that did not come through fails as it did, and locks nobody out', () => {
    const [disk, update] = diskWithObject();
    expect(() => run(disk, { kind: 'remove', file: objectFile }, 2, failingOn('point'))).toThrow('point fails');
    expect(() => run(disk, update, 2, failingOn('point'))).toThrow('point fails');
    expect(run(disk, update, 3).kind).toBe('stored');
  });
});

test('an unfinished delete that gave up locks nobody out', () => {
  const [disk, update] = diskWithObject();
  const failing: Failure = ({ method, args }) =>
    method === 'unlink' && args[0] === objectFile ? new Error('in use') : undefined;
  expect(() => run(disk, { kind: 'remove', file: objectFile }, 2, failing)).toThrow('in use');
  expect(run(disk, update, 3).kind).toBe('stored');
});

test('what was done is not undone by a clean-up that finds nothing', () => {
  const [disk, update] = diskWithObject();
  expect(run(disk, update, 2).kind).toBe('stored');
  expect(disk.paths().filter((path) => /#\d+$/.test(path))).toEqual([]);
  expect(run(disk, { kind: 'remove', file: objectFile }, 3)).toEqual({ kind: 'removed' });
  expect(disk.paths().filter((path) => /#\d+$/.test(path))).toEqual([]);
  expect(run(disk, { kind: 'remove', file: objectFile }, 3)).toEqual({ kind: 'removed' });
});
