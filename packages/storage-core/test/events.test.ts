import { describe, expect, it } from 'vitest';
import { type StorageEvent, safeListener } from '../src/events.ts';

describe('safeListener', () => {
  it('says a fact once and an occurrence every time', () => {
    const heard: StorageEvent[] = [];
    const emit = safeListener((event) => heard.push(event));
    for (let round = 0; round < 2; round++) {
      emit({ kind: 'condition_dropped', condition: 'create' });
      emit({ kind: 'condition_dropped', condition: 'update' });
      emit({ kind: 'name_skipped', key: 'a' });
      emit({ kind: 'write_recovered', path: 'a' });
    }
    expect(heard.map((event) => event.kind)).toEqual([
      'condition_dropped',
      'condition_dropped',
      'name_skipped',
      'write_recovered',
      'write_recovered',
    ]);
  });

  it('remembers a bounded number of names', () => {
    let heard = 0;
    const emit = safeListener(() => heard++);
    for (let index = 0; index < 5_000; index++) emit({ kind: 'name_skipped', key: String(index) });
    expect(heard).toBe(1_000);
  });

  it('says what condition was dropped however many names were skipped before', () => {
    const heard: StorageEvent[] = [];
    const emit = safeListener((event) => heard.push(event));
    for (let index = 0; index < 1_000; index++) emit({ kind: 'name_skipped', key: String(index) });
    emit({ kind: 'condition_dropped', condition: 'update' });
    expect(heard.at(-1)).toEqual({ kind: 'condition_dropped', condition: 'update' });
  });

  it('lets no listener break an operation later either', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    // Vitest takes unhandled rejections for failures of its own: here they are what is looked for.
    const others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
    safeListener(async () => Promise.reject(new Error('the log is full')))({ kind: 'write_recovered', path: 'a' });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    for (const other of others) process.on('unhandledRejection', other);
    expect(unhandled).toEqual([]);
  });

  it('lets no listener break an operation', () => {
    const emit = safeListener(() => {
      throw new Error('the log is full');
    });
    expect(() => emit({ kind: 'write_recovered', path: 'a' })).not.toThrow();
    expect(() => safeListener(undefined)({ kind: 'write_recovered', path: 'a' })).not.toThrow();
  });
});
