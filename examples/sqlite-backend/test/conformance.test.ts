import { describe, it } from 'node:test';
import { defineConformanceTests } from '@icechunk/storage-core/conformance';
import { sqliteStorage } from '../src/index.ts';
import { freshDatabase } from './folder.ts';

const path = freshDatabase();

defineConformanceTests(
  { describe, it },
  {
    name: 'SQLite',
    open: (context) => sqliteStorage(path, context),
    openSecond: (context) => sqliteStorage(path, context),
    faults: true,
    capabilities: { multipart: false },
  },
);
