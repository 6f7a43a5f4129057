import { describe, expect, it } from 'vitest';
import { checkEndpointUrl } from '../src/endpoint.ts';
import { isStorageError } from '../src/errors.ts';

function refusal(address: unknown, rules = {}): string {
  try {
    checkEndpointUrl(address as string, rules);
  } catch (err) {
    if (isStorageError(err, 'invalid_options')) return err.detail;
    throw err;
  }
  return 'none';
}

describe('checkEndpointUrl', () => {
  it('gives the address', () => {
    expect(checkEndpointUrl('https://storage.example:9000/base').href).toBe('https://storage.example:9000/base');
  });

  it.each(['storage.example', 'ftp://storage.example', '', 7, undefined])('refuses %j', (address) => {
    expect(refusal(address)).toBe('endpointUrl takes an address such as https://host:port');
  });

  it('takes plain http only when asked for, and says how', () => {
    expect(refusal('http://localhost:9000')).toMatch(/^endpointUrl is plain http, .*allowHttp: true/);
    expect(refusal('http://localhost:9000', { allowHttp: true })).toBe('none');
  });

  it('refuses secrets in the address, and shows none', () => {
    expect(refusal('https://user:hush@storage.example')).toBe('endpointUrl must not hold a user or a password');
    expect(refusal('https://storage.example?sig=hush', { name: 'url' })).toBe('url must not hold a ? or #');
    expect(refusal('https://storage.example#hush')).toBe('endpointUrl must not hold a ? or #');
  });
});
