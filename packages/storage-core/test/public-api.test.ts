import { describe, expect, it } from 'vitest';
import * as bridge from '../src/icechunk.ts';
import * as core from '../src/index.ts';

// What users import is a promise: a name that goes is a major release, and one that comes is meant to stay.
describe('the public names', () => {
  it('of the package', () => {
    expect(Object.keys(core).sort()).toEqual([
      'StorageError',
      'cachedCredentials',
      'checkEndpointUrl',
      'checkOptionNames',
      'checkOptions',
      'chooseCredentialForm',
      'cloudDefaults',
      'createStorage',
      'decodeSegment',
      'encodeSegment',
      'errorFromNetwork',
      'errorFromStatus',
      'fixedCredentials',
      'isEmptyVersion',
      'isRetryable',
      'isSameVersion',
      'isStorageError',
      'localDefaults',
      'mapConcurrently',
      'objectStoreKeys',
      'optionRules',
      'parseContentRange',
      'rawKeys',
      'resolveSettings',
      'streamBody',
      'toStorageError',
      'withPrefix',
      'withoutSecrets',
    ]);
  });

  it('of the bridge', () => {
    expect(Object.keys(bridge).sort()).toEqual(['fetchRepositorySettings', 'toIcechunkCallbacks', 'toZarritaStore']);
  });
});
