import { describe, expect, test } from 'vitest';
import { mountOf } from '../src/mount.ts';

const saying = (type: number) => ({ statfs: (async () => ({ type })) as never });

describe('mountOf', () => {
  test.each([
    [0xef53, 'linux', 'local'],
    [0x01021994, 'linux', 'local'],
    [0x6969, 'linux', 'remote'],
    [-11317950, 'linux', 'remote'],
    [0x12345678, 'linux', 'other'],
    [0xef53, 'darwin', 'other'],
  ] as const)('the type %i on %s is %s', async (type, platform, mount) => {
    expect(await mountOf('/x', saying(type), platform)).toBe(mount);
  });

  test('nothing is known of a folder that is not there', async () => {
    const missing = { statfs: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOENT' })) };
    expect(await mountOf('/x', missing as never, 'linux')).toBeUndefined();
  });
});
