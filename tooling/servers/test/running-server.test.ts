import { afterEach, expect, it, vi } from 'vitest';
import { endpointFrom, foreignServer } from '../src/running-server.ts';

afterEach(() => vi.unstubAllEnvs());

it('takes an endpoint that is set, and not for tests that need a server of their own', () => {
  vi.stubEnv('ICECHUNK_TEST_X_ENDPOINT', 'http://x');
  expect(endpointFrom('ICECHUNK_TEST_X_ENDPOINT', {})).toBe('http://x');
  expect(endpointFrom('ICECHUNK_TEST_X_ENDPOINT', { owned: true })).toBeUndefined();
  vi.stubEnv('ICECHUNK_TEST_X_ENDPOINT', '');
  expect(endpointFrom('ICECHUNK_TEST_X_ENDPOINT', {})).toBeUndefined();
});

it('leaves a server that is not its own alone', async () => {
  const server = foreignServer('http://x/', 'THE_VARIABLE');
  expect([server.url, server.owned, server.output()]).toEqual(['http://x', false, '']);
  await server.stop();
  await expect(server.kill()).rejects.toThrow('THE_VARIABLE');
  await expect(server.restart()).rejects.toThrow('{ owned: true }');
});
