import { defineConformanceTests } from '@icechunk/storage-core/conformance';
import { describe, it } from 'vitest';
import { webStorage } from '../src/web-storage.ts';
import { MapArea } from './map-area.ts';

const area = new MapArea();

defineConformanceTests(
  { describe, it },
  {
    name: 'Web Storage',
    open: ({ prefix, readOnly }) => webStorage(area, { prefix, readOnly }),
    openSecond: ({ prefix, readOnly }) => webStorage(area, { prefix, readOnly }),
    // Without createStorage there is no client for the suite to fail: no answer of Web Storage can be lost on its way.
    faults: false,
    capabilities: { orderedList: false, multipart: false },
  },
);
