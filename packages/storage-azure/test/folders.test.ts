import { describe, expect, it } from 'vitest';
import { isFolder } from '../src/folders.ts';

describe('isFolder', () => {
  it('goes by the metadata that stands for a folder', () => {
    expect(isFolder({ hdi_isfolder: 'true' })).toBe(true);
    expect(isFolder({ Hdi_isfolder: 'True' })).toBe(true);
    expect(isFolder({ hdi_isfolder: 'false' })).toBe(false);
    expect(isFolder({ isfolder: 'true' })).toBe(false);
    expect(isFolder(undefined)).toBe(false);
  });
});
