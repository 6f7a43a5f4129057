import { createHmac } from 'node:crypto';
import { StorageSharedKeyCredential } from '@azure/storage-blob';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSas, sharedKey } from '../src/shared-key.ts';

const KEY = 'a2V5LW9mLXRoZS1hY2NvdW50LWluLWJhc2U2NA==';
const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);

describe('sharedKey', () => {
  it('signs as the SDK does, with any key and any text', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 96 }), fc.string({ unit: 'binary' }), (bytes, text) => {
        const key = Buffer.from(bytes).toString('base64');
        const sdk = new StorageSharedKeyCredential('weather', key);
        expect(sharedKey('weather', key).computeHMACSHA256(text)).toBe(sdk.computeHMACSHA256(text));
      }),
    );
  });
});

describe('readSas', () => {
  it('allows reading of one blob, from a quarter of an hour ago for an hour', () => {
    const query = new URLSearchParams(readSas(sharedKey('weather', KEY), 'grids', 'a/b%2Fc', NOW));
    expect(Object.fromEntries(query)).toMatchObject({
      sr: 'b',
      sp: 'r',
      st: '2026-11-23T11:45:00Z',
      se: '2026-11-23T13:00:00Z',
    });
  });

  it('signs the name as it is stored, by the rules of a service SAS', () => {
    const query = new URLSearchParams(readSas(sharedKey('weather', KEY), 'grids', 'a/b%2Fc', NOW));
    // The string to sign of https://learn.microsoft.com/rest/api/storageservices/create-service-sas, version 2020-12-06 and later
    // (seen 2026-11).
    const signed = [
      'r',
      '2026-11-23T11:45:00Z',
      '2026-11-23T13:00:00Z',
      '/blob/weather/grids/a/b%2Fc',
      ...['', '', ''],
      query.get('sv'),
      'b',
      ...['', '', '', '', '', '', ''],
    ].join('\n');
    const expected = createHmac('sha256', Buffer.from(KEY, 'base64')).update(signed, 'utf8').digest('base64');
    expect(query.get('sig')).toBe(expected);
  });
});
