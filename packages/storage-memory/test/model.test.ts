import { randomInt } from 'node:crypto';
import { createStorage, localDefaults } from '@icechunk/storage-core';
import { defineModelTests } from '@icechunk-tooling/model';
import { describe, it } from 'vitest';
import { InMemoryClient, InMemoryObjects } from '../src/index.ts';

const seed = Number(process.env['ICECHUNK_TEST_SEED'] ?? randomInt(2 ** 31));

defineModelTests(
  { describe, it },
  {
    name: 'storage-memory',
    open: (wrap, settings) =>
      createStorage(wrap(new InMemoryClient(new InMemoryObjects())), { defaults: localDefaults, settings }),
    flatNamespace: true,
    userMetadata: true,
  },
  seed,
);
