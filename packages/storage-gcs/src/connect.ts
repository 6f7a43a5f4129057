import { cloudDefaults, resolveSettings, type StorageInfo } from '@icechunk/storage-core';
import { baseUrlOf, GOOGLE_BASE_URL } from './base-url.ts';
import { authorizationOf } from './credentials.ts';
import { dispatcherFor } from './dispatcher.ts';
import { readEnvironment } from './environment.ts';
import { checkGcsOptions, type GcsStorageOptions } from './options.ts';
import type { GcsTarget } from './target.ts';

/**
 * What a client is made of, from a user's options. Does no I/O: variables of the environment are read, files are not.
 *
 * @throws {@link StorageError} `invalid_options`, naming the field or variable.
 */
export function connect(options: GcsStorageOptions): GcsTarget {
  const form = checkGcsOptions(options);
  const settings = resolveSettings(cloudDefaults, options.settings);
  const hasEndpoint = options.endpointUrl !== undefined;
  const environment = form === 'fromEnv' ? readEnvironment(process.env, process.platform, hasEndpoint) : undefined;
  const baseUrl = baseUrlOf(options, environment);
  return {
    baseUrl,
    bucket: options.bucket,
    prefix: options.prefix ?? '',
    info: infoOf(options, baseUrl),
    authorization: authorizationOf(options, form, { baseUrl, environment: environment?.credentials }),
    dispatcher: dispatcherFor(baseUrl, settings, process.env),
    userProject: options.userProject,
  };
}

function infoOf({ bucket, prefix = '', userProject }: GcsStorageOptions, baseUrl: string): StorageInfo {
  const fields = {
    bucket,
    ...(prefix !== '' && { prefix }),
    ...(baseUrl !== GOOGLE_BASE_URL && { endpointUrl: baseUrl }),
    ...(userProject !== undefined && { userProject }),
  };
  return { backend: 'Google Cloud Storage', fields };
}
