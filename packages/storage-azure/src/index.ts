import { cloudDefaults, createStorage, resolveSettings, type Storage } from '@icechunk/storage-core';
import { AzureStorageClient } from './client.ts';
import { connectAzure } from './connect.ts';
import { type AzureStorageOptions, type CheckedOptions, checkAzureOptions } from './options.ts';

export type {
  AzureAccountOptions,
  AzureClientOptions,
  AzureCommonOptions,
  AzureCredentialForms,
  AzureCredentialOptions,
  AzureCredentials,
  AzureEmulatorOptions,
  AzureEndpointOptions,
  AzureEnvironmentOptions,
  AzureNoCredentials,
  AzureStorageOptions,
} from './options.ts';

/**
 * A storage in a container of Azure Blob Storage.
 *
 * Its repositories are those of Icechunk's `azure_storage`: the same blobs under the same names.
 *
 * @returns A storage that has done no I/O yet.
 * @throws {@link StorageError} `invalid_options`, naming the field, before any I/O.
 * @see https://icechunk.io, page "Storage", section "Azure Blob Storage" (seen 2026-11)
 */
export function azureStorage(options: AzureStorageOptions): Storage {
  const form = checkAzureOptions(options);
  const { settings, onEvent, readOnly } = options;
  const target = connectAzure(options as CheckedOptions, form, resolveSettings(cloudDefaults, settings));
  return createStorage(new AzureStorageClient(target), { defaults: cloudDefaults, settings, onEvent, readOnly });
}
