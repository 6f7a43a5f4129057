import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareUtf8 } from '../src/order.ts';

describe('compareUtf8', () => {
  it('is the order of the UTF-8 bytes', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '/', '\u007f', 'é', '\ue000', '\uffff', '\u{10000}', '😀'),
    });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('differs from that of JavaScript where it must', () => {
    expect(['\u{10000}', '\uffff'].sort()).toEqual(['\u{10000}', '\uffff']);
    expect(['\u{10000}', '\uffff'].sort(compareUtf8)).toEqual(['\uffff', '\u{10000}']);
  });
});
