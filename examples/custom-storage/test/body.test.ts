import { expect, it } from 'vitest';
import { bodyOf } from '../src/body.ts';

const object = { version: { etag: '"1"' }, writtenMs: 7, metadata: {}, bytes: new Uint8Array([1, 2, 3, 4]) };
const range = { start: 1, end: 3 };

it('gives its bytes once, as an array or as a stream', async () => {
  const body = bodyOf(object, range, undefined);
  expect(await body.bytes()).toEqual(new Uint8Array([2, 3]));
  await expect(body.bytes()).rejects.toThrow('once');
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyOf(object, range, undefined).stream()) chunks.push(chunk);
  expect(chunks).toEqual([new Uint8Array([2, 3])]);
});

it('rejects with the reason of a signal that has fired since', async () => {
  const giveUp = new AbortController();
  const [one, other] = [bodyOf(object, range, giveUp.signal), bodyOf(object, range, giveUp.signal)];
  const reader = other.stream().getReader();
  giveUp.abort(new Error('enough'));
  await expect(one.bytes()).rejects.toThrow('enough');
  await expect(reader.read()).rejects.toThrow('enough');
});
