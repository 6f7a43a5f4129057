import { isStorageError } from '@icechunk/storage-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Place, serviceOf } from '../src/endpoints.ts';

function refusal(place: Place): string {
  try {
    serviceOf(place);
  } catch (err) {
    if (isStorageError(err, 'invalid_options')) return err.detail;
    throw err;
  }
  return 'none';
}

const container = 'icechunk-test';

describe('serviceOf', () => {
  it("makes Azure's address of an account", () => {
    expect(serviceOf({ account: 'weather1', container })).toEqual({
      account: 'weather1',
      url: 'https://weather1.blob.core.windows.net',
    });
  });

  it('takes another address as it is, whatever the account is called there', () => {
    const service = serviceOf({ account: 'My-Account', container, endpointUrl: 'https://blobs.example.org/store/' });
    expect(service).toEqual({ account: 'My-Account', url: 'https://blobs.example.org/store' });
  });

  it('knows where Azurite is, and that accounts are in its paths', () => {
    const usual = { account: 'devstoreaccount1', url: 'http://127.0.0.1:10000/devstoreaccount1' };
    expect(serviceOf({ container, useEmulator: true })).toEqual(usual);
    const elsewhere = { container, useEmulator: true, endpointUrl: 'http://azurite:4711' };
    expect(serviceOf({ ...elsewhere, account: 'other' }).url).toBe('http://azurite:4711/other');
    expect(serviceOf({ ...elsewhere, endpointUrl: 'https://azurite:4711/x/' }).url).toBe('https://azurite:4711/x');
  });

  const ACCOUNT =
    'account takes a name of 3 to 24 lower-case letters and digits, the first part of <account>.blob.core.windows.net';
  const CONTAINER = 'container takes a name of 3 to 63 lower-case letters, digits and single hyphens between them';
  it.each([
    [{ container }, 'account is missing: it takes the name of a storage account'],
    [{ container, account: 'ab' }, ACCOUNT],
    [{ container, account: 'a'.repeat(25) }, ACCOUNT],
    [{ container, account: 'my-account-name' }, ACCOUNT],
    [{ container, account: 'Weather' }, ACCOUNT],
    [{ container, account: 'weather.evil.example.org/' }, ACCOUNT],
    [{ account: 'weather', container: 'ab' }, CONTAINER],
    [{ account: 'weather', container: 'a'.repeat(64) }, CONTAINER],
    [{ account: 'weather', container: 'Upper' }, CONTAINER],
    [{ account: 'weather', container: 'two--hyphens' }, CONTAINER],
    [{ account: 'weather', container: '-begins' }, CONTAINER],
    [{ account: 'weather', container: 'ends-' }, CONTAINER],
    [{ account: 'weather', container: 'a/b' }, CONTAINER],
    [
      { account: 'weather', container: '$root' },
      'container must not begin with $: only $web holds objects of users under any name',
    ],
    [
      { account: 'weather', container, endpointUrl: 'http://host' },
      'endpointUrl is plain http, where everybody on the way reads along: give allowHttp: true to take it all the same',
    ],
    [{ account: 'weather', container, endpointUrl: 'https://host/?sig=secret' }, 'endpointUrl must not hold a ? or #'],
  ])('refuses %j', (place, message) => {
    expect(refusal(place)).toBe(message);
  });

  it('takes $web, and http where it is asked for', () => {
    expect(refusal({ account: 'weather', container: '$web' })).toBe('none');
    expect(refusal({ account: 'weather', container, endpointUrl: 'http://host', allowHttp: true })).toBe('none');
  });

  it('lets no name of an account lead to another host', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a-z0-9./@:-]{3,24}$/)), (account) => {
        const refused = refusal({ account, container });
        if (refused === 'none')
          expect(new URL(serviceOf({ account, container }).url).host).toBe(`${account}.blob.core.windows.net`);
        else expect(refused).toMatch(/^account /);
      }),
    );
  });
});
