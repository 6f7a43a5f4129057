import { cloudDefaults, createStorage, type EventListener, type Storage } from '@icechunk/storage-core';
import { AzureStorageClient } from '../src/client.ts';
import type { AzureServerAddress } from './server-address.ts';
import { containerOf, targetOf } from './target.ts';

/** Where the processes of a storm meet. */
export interface StormPlace extends AzureServerAddress {
  readonly [name: string]: string;
  readonly container: string;
  readonly prefix: string;
}

/** The storage of one process. Its pauses are short: the disturbances are. */
export function openStorage({ container, prefix, ...server }: StormPlace, onEvent: EventListener): Storage {
  const client = new AzureStorageClient(targetOf(containerOf(server, container), { prefix }));
  const settings = { retries: { maxTries: 20, initialBackoffMs: 50, maxBackoffMs: 1_000 } };
  return createStorage(client, { defaults: cloudDefaults, settings, onEvent });
}
