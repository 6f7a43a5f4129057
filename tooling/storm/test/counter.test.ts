import { type ObjectBody, StorageError } from '@icechunk/storage-core';
import { inMemoryStorage } from '@icechunk/storage-memory';
import { expect, it, vi } from 'vitest';
import { readCounter, withLine } from '../src/counter.ts';

it('begins a counter that is absent, and adds to one that is there', async () => {
  const storage = inMemoryStorage();
  for (const line of ['w0-0', 'w1-0']) {
    const counter = await readCounter(storage, 'config.yaml');
    const put = await storage.putObject('config.yaml', withLine(counter, line), { condition: counter.condition });
    expect(put.kind).toBe('updated');
  }
  expect((await readCounter(storage, 'config.yaml')).lines).toEqual(['w0-0', 'w1-0']);
});

it('adds to nothing but what was read', async () => {
  const storage = inMemoryStorage();
  const absent = await readCounter(storage, 'counter');
  await storage.putObject('counter', withLine(absent, 'a'));
  const present = await readCounter(storage, 'counter');
  await storage.putObject('counter', withLine(present, 'b'));
  for (const { condition } of [absent, present]) {
    expect(await storage.putObject('counter', withLine(present, 'c'), { condition })).toEqual({
      kind: 'not_on_latest_version',
    });
  }
});

it('reads again where the counter is replaced under a broken read', async () => {
  const storage = inMemoryStorage();
  await storage.putObject('counter', new TextEncoder().encode('a\n'));
  const replaced = new StorageError({ kind: 'changed_while_reading', message: 'replaced' });
  const bytes = vi.fn(async (): Promise<Uint8Array<ArrayBuffer>> => Promise.reject(replaced));
  const read = vi.spyOn(storage, 'getObject');
  read.mockResolvedValueOnce({ bytes } as unknown as ObjectBody);
  expect((await readCounter(storage, 'counter')).lines).toEqual(['a']);
  expect(read).toHaveBeenCalledTimes(2);
  expect(bytes).toHaveBeenCalledOnce();
});

it('says what else went wrong', async () => {
  const storage = inMemoryStorage();
  await storage.close();
  await expect(readCounter(storage, 'counter')).rejects.toMatchObject({ kind: 'closed' });
});
