import { runInContext } from 'node:vm';
import { expect, it } from 'vitest';
import { bareContext } from '../src/bare-context.ts';

it('has what a page has, and nothing that only Node has', () => {
  const kinds = runInContext('[typeof fetch, typeof ReadableStream, typeof process, typeof Buffer]', bareContext());
  expect([...(kinds as string[])]).toEqual(['function', 'function', 'undefined', 'undefined']);
});

it('makes buffers of the kind that its globals give', () => {
  expect(runInContext("new TextEncoder().encode('a') instanceof Uint8Array", bareContext())).toBe(true);
});

it('is a realm of its own each time', () => {
  runInContext('globalThis.left = 1', bareContext());
  expect(runInContext('typeof left', bareContext())).toBe('undefined');
});
