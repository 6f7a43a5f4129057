import { randomInt } from 'node:crypto';
import { createStorage, localDefaults } from '@icechunk/storage-core';
import { defineModelTests } from '@icechunk-tooling/model';
import { describe, it } from 'vitest';
import { InMemoryClient, InMemoryObjects } from '../src/index.ts';
import { UploadsInSequence } from './uploads-in-sequence.ts';

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

defineModelTests(
  { describe, it },
  {
    name: 'storage-memory with uploads in sequence',
    open: (wrap, settings) => {
      const objects = new InMemoryObjects();
      const client = Object.assign(new InMemoryClient(objects), { multipart: new UploadsInSequence(objects) });
      return createStorage(wrap(client), { defaults: localDefaults, settings });
    },
    flatNamespace: true,
    userMetadata: true,
  },
  seed,
);
