import { describe, expect, it } from 'vitest';
import { baseUrlOf } from '../src/base-url.ts';
import type { GcsStorageOptions } from '../src/options.ts';
import { refusalText } from './refusal.ts';

const place = { bucket: 'icechunk-test', anonymous: true } as const;
const found = (value: string): Parameters<typeof baseUrlOf>[1] => ({
  credentials: { kind: 'anonymous' },
  endpoint: { name: 'STORAGE_EMULATOR_HOST', value },
});
const clientAt = (apiEndpoint: string): GcsStorageOptions => ({
  bucket: 'icechunk-test',
  client: { apiEndpoint, authClient: { getClient: () => Promise.reject(new Error('not asked for')) } },
});

describe('baseUrlOf', () => {
  it.each<[string, GcsStorageOptions, Parameters<typeof baseUrlOf>[1]]>([
    ['https://storage.googleapis.com', place, undefined],
    ['https://storage.googleapis.com', place, { credentials: { kind: 'default' } }],
    ['https://storage.example.org:8443', { ...place, endpointUrl: 'https://storage.example.org:8443/' }, undefined],
    ['https://example.org/gcs', { ...place, endpointUrl: 'https://example.org/gcs//' }, undefined],
    ['http://10.0.0.1', { ...place, endpointUrl: 'http://10.0.0.1', allowHttp: true }, undefined],
    ['https://a.example', { ...place, endpointUrl: 'https://a.example' }, found('https://b.example')],
    ['http://127.0.0.1:4443', place, found('http://127.0.0.1:4443/')],
    ['http://gcs:4443', { ...place, allowHttp: true }, found('http://gcs:4443')],
    ['https://b.example', place, found('https://b.example')],
    ['https://storage.googleapis.com', clientAt('https://storage.googleapis.com'), undefined],
    ['http://localhost:4443', clientAt('http://localhost:4443'), undefined],
  ])('is %s', (baseUrl, options, environment) => {
    expect(baseUrlOf(options, environment)).toBe(baseUrl);
  });

  const open = 'where everybody on the way reads along: give allowHttp: true to take it';
  it.each<[string, GcsStorageOptions, Parameters<typeof baseUrlOf>[1]]>([
    [`endpointUrl is plain http, ${open} all the same`, { ...place, endpointUrl: 'http://localhost:4443' }, undefined],
    [`STORAGE_EMULATOR_HOST is plain http to another machine, ${open}`, place, found('http://gcs:4443')],
    [`client's apiEndpoint is plain http to another machine, ${open}`, clientAt('http://gcs:4443'), undefined],
    [
      'endpointUrl takes an address such as https://host:port',
      { ...place, endpointUrl: 'storage.example.org' },
      undefined,
    ],
    ['endpointUrl must not hold a user or a password', { ...place, endpointUrl: 'https://me:secret@x' }, undefined],
    ['STORAGE_EMULATOR_HOST takes an address such as https://host:port', place, found('http://')],
  ])('refuses: %s', async (message, options, environment) => {
    expect(await refusalText(() => baseUrlOf(options, environment))).toBe(`invalid_options: ${message}`);
  });
});
