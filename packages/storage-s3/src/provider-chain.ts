import { StorageError } from '@icechunk/storage-core';
import type { SdkIdentity } from './credential-types.ts';
import { silentLogger } from './silent-logger.ts';

/**
 * Asks the AWS SDK's chain of providers for keys: profiles, SSO, processes, web identity, the container's role and the machine's.
 *
 * A chain keeps what it found: each call makes another, and reads the shared files anew, so that keys that were rotated are found.
 *
 * @throws {@link StorageError} `unauthenticated`, with the chain's own words in its cause.
 */
export async function askProviderChain(): Promise<SdkIdentity> {
  const { fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  try {
    return await fromNodeProviderChain({ ignoreCache: true, logger: silentLogger })();
  } catch (cause) {
    throw nothingFound(cause);
  }
}

function nothingFound(cause?: unknown): StorageError {
  return new StorageError({
    kind: 'unauthenticated',
    message:
      'fromEnv found no credentials: neither AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, nor those of a profile, SSO, a ' +
      'process, a web identity, a container or this machine',
    ...(cause !== undefined && { cause }),
  });
}
