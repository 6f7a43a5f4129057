import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStorage, localDefaults, type Storage, type StorageClient, withPrefix } from '@icechunk/storage-core';
import { type ConformanceHarness, defineConformanceTests, type OpenContext } from '@icechunk/storage-core/conformance';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { localClient } from './local-client.ts';
import { storageOfSecondProcess } from './second-process.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-fs-conformance-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const capabilities: ConformanceHarness['capabilities'] & object = {
  // A file has no place for either that every file system keeps, and Icechunk's other clients write none.
  userMetadata: false,
  // A path is a file or a folder.
  flatNamespace: false,
  // A file is written beside its place and moved there: there are no parts.
  multipart: false,
  // As these systems come: a volume of either sort can be had on each of them.
  caseSensitiveKeys: process.platform !== 'darwin' && process.platform !== 'win32',
};

/** Where the harness keeps the objects of a prefix: in a folder, and there below prefixes of the storage's. */
type Place = (prefix: string) => { readonly root: string; readonly prefixes: readonly string[] };

function harnessOf(
  name: string,
  place: Place,
  overrides: Partial<ConformanceHarness> = {},
  change: (client: StorageClient) => StorageClient = (client) => client,
): ConformanceHarness {
  return {
    name,
    open: (context: OpenContext): Storage => {
      const { root, prefixes } = place(context.prefix);
      const client = context.wrap(change(localClient(root)));
      return prefixes.reduce(withPrefix, createStorage(client, { defaults: localDefaults, ...context }));
    },
    openSecond: ({ prefix, settings, readOnly }) => storageOfSecondProcess({ ...place(prefix), settings, readOnly }),
    capabilities,
    faults: true,
    ...overrides,
  };
}

// 2,500 objects are listed and deleted once, below: a prefix changes names alone.
const few: Partial<ConformanceHarness> = { limits: { manyObjects: 300 } };

const below =
  (...spelled: readonly ((prefix: string) => string)[]): Place =>
  (prefix) => ({ root: folder, prefixes: spelled.map((spell) => spell(prefix)) });

defineConformanceTests(
  { describe, it },
  harnessOf('the local filesystem', (prefix) => ({ root: join(folder, prefix), prefixes: [] })),
);

defineConformanceTests(
  { describe, it },
  harnessOf(
    'the local filesystem under a prefix',
    below((prefix) => `a/b/${prefix}`),
    few,
  ),
);

defineConformanceTests(
  { describe, it },
  harnessOf(
    'the local filesystem under a prefix with a slash at its end',
    below((prefix) => `c/d/${prefix}/`),
    few,
  ),
);

defineConformanceTests(
  { describe, it },
  harnessOf(
    'the local filesystem under prefixes in one another, with odd names',
    below(
      () => 'a b+%2F/é/',
      (prefix) => prefix,
    ),
    few,
  ),
);

defineConformanceTests(
  { describe, it },
  harnessOf(
    'the local filesystem with batches of three',
    (prefix) => ({ root: join(folder, 'small', prefix), prefixes: [] }),
    few,
    (client) => Object.assign(client, { capabilities: { ...client.capabilities, maxDeleteBatch: 3 } }),
  ),
);
