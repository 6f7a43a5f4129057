import { expect, it } from 'vitest';
import * as storageS3 from '../src/index.ts';

it('exports its factories, and no more', () => {
  expect(Object.keys(storageS3).sort()).toEqual(['r2Storage', 's3Storage', 'tigrisStorage']);
});
