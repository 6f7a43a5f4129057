import { expect, it } from 'vitest';
import { countedSignal } from '../../src/conformance/counted-signal.ts';
import { attemptSignal, noDeadline } from '../../src/deadline.ts';

it('counts listeners that are added and not removed', () => {
  const { signal, listeners } = countedSignal();
  const [first, second] = [() => {}, () => {}];
  signal.addEventListener('abort', first);
  signal.addEventListener('abort', first);
  signal.addEventListener('abort', second, { once: true });
  expect(listeners()).toBe(2);
  signal.removeEventListener('abort', first);
  signal.removeEventListener('abort', () => {});
  expect(listeners()).toBe(1);
  signal.removeEventListener('abort', second);
  expect(listeners()).toBe(0);
});

it('counts no listener whose own signal has let it go', () => {
  const { signal, listeners } = countedSignal();
  const own = new AbortController();
  signal.addEventListener('abort', () => {}, { signal: own.signal });
  expect(listeners()).toBe(1);
  own.abort();
  expect(listeners()).toBe(0);
});

it('is a signal like any other to whoever follows it', () => {
  const { signal, listeners } = countedSignal();
  expect(signal).toBeInstanceOf(AbortSignal);
  const attempt = attemptSignal(signal, noDeadline);
  expect(listeners()).toBe(1);
  attempt.release();
  expect(listeners()).toBe(0);
});
