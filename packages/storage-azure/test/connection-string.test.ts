import { isStorageError } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { parseConnectionString } from '../src/connection-string.ts';

const KEY = 'a2V5LW9mLXRoZS1hY2NvdW50LWluLWJhc2U2NA==';

describe('parseConnectionString', () => {
  it('reads what the portal shows', () => {
    const text = `DefaultEndpointsProtocol=https;AccountName=weather;AccountKey=${KEY};EndpointSuffix=core.windows.net`;
    expect(parseConnectionString(text, 'X')).toEqual({
      useEmulator: false,
      account: 'weather',
      endpointUrl: 'https://weather.blob.core.windows.net',
      accountKey: KEY,
      sasToken: undefined,
    });
  });

  it('reads a signature, which has = and & of its own, and another address', () => {
    const text = 'BlobEndpoint=https://blobs.example.org/;SharedAccessSignature=sv=2024-11-04&sig=abc%3D;';
    expect(parseConnectionString(text, 'X')).toMatchObject({
      account: undefined,
      endpointUrl: 'https://blobs.example.org/',
      sasToken: 'sv=2024-11-04&sig=abc%3D',
    });
  });

  it('finds the account in the address where nothing else names it, as in what the portal shows with a signature', () => {
    const text = 'BlobEndpoint=https://weather.blob.core.windows.net/;SharedAccessSignature=sig=abc';
    expect(parseConnectionString(text, 'X')).toMatchObject({ account: 'weather' });
  });

  it('makes the address of another cloud', () => {
    const text = `AccountName=weather;AccountKey=${KEY};EndpointSuffix=core.chinacloudapi.cn`;
    expect(parseConnectionString(text, 'X').endpointUrl).toBe('https://weather.blob.core.chinacloudapi.cn');
  });

  it('knows the emulator, and takes no notice of case', () => {
    expect(parseConnectionString('UseDevelopmentStorage=true', 'X')).toEqual({ useEmulator: true });
    expect(parseConnectionString(`accountname=weather;ACCOUNTKEY=${KEY}`, 'X')).toMatchObject({ accountKey: KEY });
  });

  it.each([
    ['AccountName=weather', 'X has neither AccountKey nor SharedAccessSignature'],
    [`AccountKey=${KEY}`, 'X has neither AccountName nor BlobEndpoint'],
    [KEY, 'X has neither AccountName nor BlobEndpoint'],
    ['weather', 'X takes fields such as AccountName=…;AccountKey=…'],
    ['=weather;AccountName=weather', 'X takes fields such as AccountName=…;AccountKey=…'],
  ])('refuses %j, without its values', (text, message) => {
    const refused = (): unknown => parseConnectionString(text, 'X');
    expect(refused).toThrow(
      expect.toSatisfy((err) => isStorageError(err, 'invalid_options') && err.detail === message) as Error,
    );
  });
});
