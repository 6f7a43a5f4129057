import type { Storage } from '@icechunk/storage-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ObjectModel } from '../src/model.ts';
import { SequentialCommand } from '../src/sequential.ts';

/** A storage whose every put gives this version. */
const storageOf = (etag: string): Storage =>
  ({ putObject: async () => ({ kind: 'updated', newVersion: { etag } }) }) as unknown as Storage;

describe('SequentialCommand', () => {
  it('is what was drawn until it has run, then the line that was run', async () => {
    const command = new SequentialCommand({ verb: 'put', key: 'a', text: 'A' });
    expect(command.toString()).toBe('{"verb":"put","key":"a","text":"A"}');
    await command.run(new ObjectModel(), { storage: storageOf('"1"'), script: [] });
    expect(command.toString()).toBe("const v1 = await written(storage.putObject('a', bytes('A')));");
    expect(command[fc.cloneMethod]().toString()).toBe('{"verb":"put","key":"a","text":"A"}');
  });

  it('waits for a version to be about', () => {
    const command = new SequentialCommand({ verb: 'update', key: 'a', text: 'A', version: { pick: 'current' } });
    const model = new ObjectModel();
    expect(command.check(model)).toBe(false);
    model.versions.add('a', { etag: '"1"' });
    expect(command.check(model)).toBe(true);
  });

  it('refuses a version that an earlier write gave, in the script too', async () => {
    const model = new ObjectModel();
    const run = { storage: storageOf('"1"'), script: [] };
    const put = new SequentialCommand({ verb: 'put', key: 'a', text: 'A' });
    await put.run(model, run);
    await expect(put.run(model, run)).rejects.toThrow('gave the version of an earlier write, v1');
    expect(run.script.at(-1)).toBe('expect(v2).not.toEqual(v1);');
  });

  it('takes a version again where it is made of the bytes, with these bytes alone', async () => {
    const model = new ObjectModel({ contentEtags: true });
    const run = { storage: storageOf('"1"'), script: [] };
    const put = (text: string) => new SequentialCommand({ verb: 'put', key: 'a', text }).run(model, run);
    await put('A');
    await put('A');
    expect(run.script.at(-1)).toBe("const v2 = await written(storage.putObject('a', bytes('A')));");
    await expect(put('B')).rejects.toThrow('gave the version of an earlier write, v1');
  });
});
