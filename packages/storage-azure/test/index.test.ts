import { leaksOf } from '@icechunk-tooling/secrets';
import { describe, expect, it } from 'vitest';
import * as api from '../src/index.ts';

const KEY = 'a2V5LW9mLXRoZS1hY2NvdW50LWluLWJhc2U2NA==';
const place = { account: 'weather', container: 'icechunk-test' };

describe('the package', () => {
  it('has these names', () => {
    expect(Object.keys(api)).toEqual(['azureStorage']);
  });
});

describe('azureStorage', () => {
  it('says of itself where it is, and nothing else', () => {
    const storage = api.azureStorage({ ...place, prefix: 'quickstart-demo-1', accountKey: KEY });
    expect(storage.info).toEqual({
      backend: 'Azure',
      fields: { account: 'weather', container: 'icechunk-test', prefix: 'quickstart-demo-1' },
    });
    expect(leaksOf(storage, { key: KEY })).toEqual([]);
  });

  it('has the defaults of the cloud, and what is laid over them', () => {
    const storage = api.azureStorage({ ...place, accountKey: KEY, settings: { retries: { maxTries: 3 } } });
    expect(storage.settings.retries).toEqual({ maxTries: 3, initialBackoffMs: 100, maxBackoffMs: 180_000 });
    expect(storage.settings.timeouts.networkStreamTimeoutMs).toBe(60_000);
  });

  it('writes nothing where it is for reading', async () => {
    const storage = api.azureStorage({ ...place, accountKey: KEY, readOnly: true });
    expect(await storage.canWrite()).toBe(false);
    await expect(storage.putObject('a', new Uint8Array(1))).rejects.toMatchObject({ kind: 'read_only' });
  });

  it('makes no repository at the root of a container', async () => {
    const root = api.azureStorage({ ...place, anonymous: true });
    expect(await root.canCreateRepository()).toBe('refused_empty_prefix');
    expect(await api.azureStorage({ ...place, prefix: '//', anonymous: true }).canCreateRepository()).toBe(
      'refused_empty_prefix',
    );
    expect(await api.azureStorage({ ...place, prefix: 'a', anonymous: true }).canCreateRepository()).toBe('allowed');
  });

  it('refuses wrong settings before any I/O', () => {
    const options = { ...place, accountKey: KEY, settings: { retries: { maxTries: 0 } } };
    expect(() => api.azureStorage(options)).toThrow('settings.retries.maxTries takes a whole number from 1');
  });
});
