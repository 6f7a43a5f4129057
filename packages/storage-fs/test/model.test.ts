import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStorage, localDefaults } from '@icechunk/storage-core';
import { defineModelTests } from '@icechunk-tooling/model';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { localClient } from './local-client.ts';

const seed = Number(process.env['ICECHUNK_TEST_SEED'] ?? randomInt(2 ** 31));

let folder = '';
let opened = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-fs-model-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

defineModelTests(
  { describe, it },
  {
    name: 'storage-fs',
    open: (wrap, settings) =>
      createStorage(wrap(localClient(join(folder, String(++opened)))), { defaults: localDefaults, settings }),
    flatNamespace: false,
    userMetadata: false,
  },
  seed,
);
