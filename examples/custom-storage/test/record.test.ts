import { expect, it } from 'vitest';
import { decodeObject, encodeObject } from '../src/record.ts';

it.each([0, 1, 256, 8_192, 8_193, 100_000])('gives back an object of %d bytes', (size) => {
  const object = {
    version: { etag: '"1"' },
    writtenMs: 7,
    contentType: 'text/plain',
    metadata: { note: 'a line\\n' },
    bytes: Uint8Array.from({ length: size }, (_, index) => (index * 7) % 256),
  };
  expect(decodeObject(encodeObject(object))).toEqual(object);
});
