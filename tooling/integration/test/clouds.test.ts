import type { OpenContext } from '@icechunk/storage-core/conformance';
import { describe, expect, it } from 'vitest';
import { type Cloud, clouds, opener, optionsIn } from '../src/clouds.ts';

const context = { prefix: 'case-1', settings: {}, readOnly: false, onEvent: () => {} } as unknown as OpenContext;

describe('optionsIn', () => {
  it('reads an object, and takes what is not set for nothing', () => {
    expect(optionsIn('{"bucket":"b"}', 'V')).toEqual({ bucket: 'b' });
    expect(optionsIn(undefined, 'V')).toBeUndefined();
    expect(optionsIn('', 'V')).toBeUndefined();
  });

  it.each(['{"secret": hush', '["hush"]', '"hush"', 'null'])('refuses %s and does not show it', (text) => {
    const read = (): unknown => optionsIn(text, 'V');
    expect(read).toThrow('V takes the options of a storage as a JSON object');
    expect(read).not.toThrow('hush');
  });
});

describe('opener', () => {
  it('opens below the prefix of the options, with one slash between', () => {
    const seen: unknown[] = [];
    const cloud = { open: (options: object) => seen.push(options) } as unknown as Cloud;
    opener(cloud, { prefix: 'a/' })(context);
    opener(cloud, {})(context);
    expect(seen).toMatchObject([{ prefix: 'a/case-1' }, { prefix: 'icechunk-integration/case-1' }]);
  });

  it.each([
    ['s3', { bucket: 'b', region: 'us-east-1' }],
    ['r2', { bucket: 'b', accountId: '0123456789abcdef0123456789abcdef' }],
    ['tigris', { bucket: 'b', region: 'iad' }],
  ])('opens %s', (name, options) => {
    const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example-secret' };
    const storage = opener(clouds[name] as Cloud, { ...options, ...keys } as object)(context);
    expect(storage.info.fields['prefix']).toBe('icechunk-integration/case-1');
  });

  it('opens gcs and azure', () => {
    const gcs = opener(clouds['gcs'] as Cloud, { bucket: 'bucket', anonymous: true } as object)(context);
    const azure = { account: 'account', container: 'container', anonymous: true };
    expect(gcs.info.fields['prefix']).toBe('icechunk-integration/case-1');
    expect(opener(clouds['azure'] as Cloud, azure as object)(context).info.fields['prefix']).toContain('case-1');
  });
});
