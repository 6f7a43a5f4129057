import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSas, sasFault } from '../src/sas.ts';

const AS_THE_PORTAL_SAYS = 'sv=2024-11-04&ss=b&srt=sco&sp=rwdlac&se=2030-01-02T03:04:05Z&spr=https&sig=aB%2Bc%2Fd%3D';

describe('parseSas', () => {
  it('takes a signature with and without its question mark', () => {
    const sas = parseSas(AS_THE_PORTAL_SAYS);
    expect(parseSas(`?${AS_THE_PORTAL_SAYS}`)).toEqual(sas);
    expect(parseSas(` ${AS_THE_PORTAL_SAYS}\n`)).toEqual(sas);
  });

  it('encodes every value once, however it came', () => {
    const query = 'se=2030-01-02T03%3A04%3A05Z&sig=aB%2Bc%2Fd%3D';
    expect(parseSas('se=2030-01-02T03:04:05Z&sig=aB+c/d=')).toMatchObject({ query });
    expect(parseSas(query)).toMatchObject({ query });
  });

  it('knows when it ends, where it says so', () => {
    expect(parseSas(AS_THE_PORTAL_SAYS)).toMatchObject({ expiresAfter: new Date(Date.UTC(2030, 0, 2, 3, 4, 5)) });
    expect(parseSas('se=2030-01-02&sig=abc')).toMatchObject({ expiresAfter: new Date(Date.UTC(2030, 0, 2)) });
    expect(parseSas('si=policy&sig=abc')).toEqual({ query: 'si=policy&sig=abc' });
  });

  it.each([
    ['', 'takes a shared access signature, in which there is a sig='],
    ['sv=2024-11-04&se=2030-01-01', 'takes a shared access signature, in which there is a sig='],
    ['sv=2024-11-04&sig=', 'takes a shared access signature, in which there is a sig='],
    ['sig=abc%zz', 'holds a % that encodes nothing'],
    ['se=tomorrow&sig=abc', 'has an se= that is no time'],
    [
      'https://weather.blob.core.windows.net/grids?sp=r&sig=abc',
      'takes a shared access signature alone, without an address before it',
    ],
  ])('says what is wrong with %j', (token, fault) => {
    expect(parseSas(token)).toBe(fault);
  });

  it('gives back any signature as a URL reads it', () => {
    const base64 = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('base64'));
    fc.assert(
      fc.property(base64, fc.boolean(), (sig, encoded) => {
        const sas = parseSas(`sp=r&sig=${encoded ? encodeURIComponent(sig) : sig}`);
        const query = typeof sas === 'string' ? '' : sas.query;
        expect(new URL(`https://host/?${query}`).searchParams.get('sig')).toBe(sig);
      }),
    );
  });
});

describe('sasFault', () => {
  const END = Date.UTC(2030, 0, 2, 3, 4, 5);

  it('names the date on which it expired', () => {
    expect(sasFault(AS_THE_PORTAL_SAYS, END)).toBe('expired on 2030-01-02T03:04:05.000Z');
  });

  it('passes what is not over yet, and what does not say', () => {
    expect(sasFault(AS_THE_PORTAL_SAYS, END - 1)).toBeUndefined();
    expect(sasFault('si=policy&sig=abc', END)).toBeUndefined();
  });
});
