import { describe, expect, it } from 'vitest';
import { cloudDefaults, localDefaults, resolveSettings, type StorageSettings } from '../src/settings.ts';

describe('resolveSettings', () => {
  it("has Icechunk's defaults for the cloud, and none of its machinery locally", () => {
    expect(resolveSettings(cloudDefaults)).toEqual({
      concurrency: { maxConcurrentRequestsForObject: 18, idealConcurrentRequestSize: 12_582_912 },
      retries: { maxTries: 10, initialBackoffMs: 100, maxBackoffMs: 180_000 },
      timeouts: {
        connectTimeoutMs: 5_000,
        readTimeoutMs: 0,
        operationTimeoutMs: 0,
        operationAttemptTimeoutMs: 0,
        networkStreamTimeoutMs: 60_000,
      },
      unsafeUseConditionalUpdate: true,
      unsafeUseConditionalCreate: true,
      unsafeUseMetadata: true,
      minimumSizeForMultipartUpload: 104_857_600,
    });
    expect(resolveSettings(localDefaults).retries.maxTries).toBe(1);
  });

  it('lays settings over the defaults field by field, and nothing over them where a field is empty', () => {
    const settings = { retries: { maxTries: 3 }, timeouts: null, storageClass: 'COLD', chunksStorageClass: undefined };
    const resolved = resolveSettings(cloudDefaults, settings as unknown as StorageSettings);
    expect(resolved.retries).toEqual({ maxTries: 3, initialBackoffMs: 100, maxBackoffMs: 180_000 });
    expect(resolved.timeouts).toEqual(cloudDefaults.timeouts);
    expect(resolved.storageClass).toBe('COLD');
    expect(Object.hasOwn(resolved, 'chunksStorageClass')).toBe(false);
  });

  it('takes null for none, as it comes from a file or an engine', () => {
    expect(resolveSettings(cloudDefaults, null as unknown as StorageSettings)).toEqual(cloudDefaults);
  });

  it.each([
    ['fast', 'settings takes an object'],
    [{ retries: [] }, 'settings.retries takes an object'],
    [{ retries: { maxTries: 0 } }, 'settings.retries.maxTries takes a whole number from 1'],
    [{ retries: { maxTries: '3' } }, 'settings.retries.maxTries takes'],
    [{ retries: { tries: 3 } }, 'settings.retries.tries is no setting'],
    [{ retries: 3 }, 'settings.retries takes an object'],
    [{ timeouts: { operationTimeoutMs: -1 } }, 'settings.timeouts.operationTimeoutMs takes whole milliseconds from 0'],
    [{ timeouts: { operationTimeoutMs: 2 ** 31 } }, 'settings.timeouts.operationTimeoutMs takes whole milliseconds'],
    [{ concurrency: { idealConcurrentRequestSize: 0.5 } }, 'settings.concurrency.idealConcurrentRequestSize takes'],
    [{ unsafeUseMetadata: 'no' }, 'settings.unsafeUseMetadata takes true or false'],
    [{ storageClass: '' }, 'settings.storageClass takes a non-empty string'],
    [{ toString: 1 }, 'settings.toString is no setting'],
    [{ minimumSizeForMultipartUpload: 0 }, 'settings.minimumSizeForMultipartUpload takes'],
  ])('refuses %j and names the field', (settings, message) => {
    const resolve = () => resolveSettings(cloudDefaults, settings as unknown as StorageSettings);
    expect(resolve).toThrow(message);
    expect(resolve).toThrow('invalid_options');
  });
});
