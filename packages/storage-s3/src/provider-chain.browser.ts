import { StorageError } from '@icechunk/storage-core';

/**
 * What bundles for browsers hold in place of the AWS SDK's chain of providers, which needs files, processes and metadata
 * endpoints: package.json puts this module in the other's place.
 *
 * @throws {@link StorageError} `unsupported`.
 */
export async function askProviderChain(): Promise<never> {
  throw new StorageError({
    kind: 'unsupported',
    message: 'fromEnv finds nothing in a browser: give keys, getCredentials or credentials',
  });
}
