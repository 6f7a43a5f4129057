import { expect, it } from 'vitest';
import { bodyOf } from '../src/request-body.ts';

it.each([0, 1, 65_536, 65_537, 1_048_576, 3_000_003])(
  '%i bytes are sent as they are, with their number',
  async (sizeBytes) => {
    const bytes = new Uint8Array(sizeBytes).map((_, index) => index * 7 + (index >> 8));
    const { body, headers } = bodyOf([bytes.subarray(0, 3), bytes.subarray(3)]);
    expect(headers).toEqual({ 'content-length': String(sizeBytes) });
    const chunks: Uint8Array[] = [];
    if (body instanceof Uint8Array) chunks.push(body);
    else for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(Math.max(...chunks.map(({ byteLength }) => byteLength))).toBeLessThanOrEqual(1_048_576);
  },
);

it('one part is not copied', () => {
  const small = new Uint8Array(10);
  expect(bodyOf([small]).body).toBe(small);
});
