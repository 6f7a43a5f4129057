import { describe, expect, it } from 'vitest';
import { toStorageSettings } from '../../src/icechunk/repository-settings.ts';
import { localDefaults, resolveSettings } from '../../src/settings.ts';

describe('toStorageSettings', () => {
  it('leaves out what says nothing and what is not known, at both levels', () => {
    const settings = toStorageSettings({
      concurrency: { maxConcurrentRequestsForObject: 5, idealConcurrentRequestSize: null, invented: 1 },
      retries: undefined,
      timeouts: null,
      unsafeUseConditionalUpdate: false,
      storageClass: undefined,
      chunksStorageClass: 'GLACIER_IR',
      inventedToo: true,
      constructor: 'x',
    });
    expect(settings).toEqual({
      concurrency: { maxConcurrentRequestsForObject: 5 },
      unsafeUseConditionalUpdate: false,
      chunksStorageClass: 'GLACIER_IR',
    });
    expect(resolveSettings(localDefaults, settings).chunksStorageClass).toBe('GLACIER_IR');
  });

  it('knows every setting that there is', () => {
    const all = { ...localDefaults, storageClass: 'A', metadataStorageClass: 'B', chunksStorageClass: 'C' };
    expect(toStorageSettings(all)).toEqual(all);
  });

  it('is empty where there is no configuration', () => {
    for (const none of [undefined, null, {}, 'text']) expect(toStorageSettings(none)).toEqual({});
  });
});
