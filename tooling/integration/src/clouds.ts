import { azureStorage } from '@icechunk/storage-azure';
import type { Storage } from '@icechunk/storage-core';
import type { OpenContext, SuiteCapabilities } from '@icechunk/storage-core/conformance';
import { gcsStorage } from '@icechunk/storage-gcs';
import { r2Storage, s3Storage, tigrisStorage } from '@icechunk/storage-s3';

/** A cloud that the suite may be run against. */
export interface Cloud {
  /** The variable that holds the options of its factory, as JSON. */
  readonly variable: string;
  readonly capabilities: Partial<SuiteCapabilities>;
  open(options: object): Storage;
}

// What a maintainer sets is checked by the factory, at run time.
export const clouds: Readonly<Record<string, Cloud>> = {
  s3: {
    variable: 'ICECHUNK_INTEGRATION_S3',
    capabilities: { contentEtags: true },
    open: (options) => s3Storage(options as Parameters<typeof s3Storage>[0]),
  },
  r2: {
    variable: 'ICECHUNK_INTEGRATION_R2',
    capabilities: { contentEtags: true, orderedList: false },
    open: (options) => r2Storage(options as Parameters<typeof r2Storage>[0]),
  },
  tigris: {
    variable: 'ICECHUNK_INTEGRATION_TIGRIS',
    capabilities: { contentEtags: true, orderedList: false },
    open: (options) => tigrisStorage(options as Parameters<typeof tigrisStorage>[0]),
  },
  gcs: {
    variable: 'ICECHUNK_INTEGRATION_GCS',
    capabilities: {},
    open: (options) => gcsStorage(options as Parameters<typeof gcsStorage>[0]),
  },
  azure: {
    variable: 'ICECHUNK_INTEGRATION_AZURE',
    capabilities: {},
    open: (options) => azureStorage(options as Parameters<typeof azureStorage>[0]),
  },
};

/**
 * The options that a variable holds; undefined where it is not set.
 *
 * @throws Where it is no JSON object. Its text, which holds secrets, stands in no error.
 */
export function optionsIn(text: string | undefined, variable: string): { readonly prefix?: string } | undefined {
  if (text === undefined || text === '') return undefined;
  const options = parsed(text);
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options;
  throw new Error(`${variable} takes the options of a storage as a JSON object`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Opens storages below the prefix of the options, each case under one of its own. */
export function opener(cloud: Cloud, options: { readonly prefix?: string }): (context: OpenContext) => Storage {
  const base = (options.prefix ?? 'icechunk-integration').replace(/\/+$/, '');
  return ({ prefix, settings, readOnly, onEvent }) =>
    cloud.open({ ...options, prefix: `${base}/${prefix}`, settings, readOnly, onEvent });
}
