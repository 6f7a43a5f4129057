import { expect, it } from 'vitest';
import { isLoopback } from '../src/loopback.ts';

it.each([
  'http://localhost:4443',
  'http://LOCALHOST/',
  'http://gcs.localhost',
  'http://127.0.0.1',
  'http://127.9.8.7:1',
  'http://127.1',
  'http://0x7f000001',
  'http://[::1]:80',
])('%s is this machine', (address) => {
  expect(isLoopback(new URL(address))).toBe(true);
});

it.each([
  'http://storage.googleapis.com',
  'http://127.0.0.1.example.org',
  'http://notlocalhost',
  'http://localhost.example.org',
  'http://10.0.0.1',
  'http://[::2]',
  'http://0.0.0.0',
])('%s is not', (address) => {
  expect(isLoopback(new URL(address))).toBe(false);
});
