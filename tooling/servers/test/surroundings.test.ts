import { expect, it } from 'vitest';
import { ownSurroundings } from '../src/surroundings.ts';

it('looks where this process does, and for Go where its installer puts it', () => {
  expect(ownSurroundings().env).toBe(process.env);
  expect(ownSurroundings().goFolders).toContain('/usr/local/go/bin');
});
