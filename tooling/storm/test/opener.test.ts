import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { openStorage, toSentOpener } from '../src/opener.ts';

const broken = new URL('./programs/broken-storage.ts', import.meta.url);

it.each([broken, broken.href, fileURLToPath(broken)])('sends a module as a URL: %s', (module) => {
  expect(toSentOpener({ module, argument: ['a'] })).toEqual({ module: broken.href, argument: ['a'] });
});

it('calls what the module exports, with the argument', async () => {
  const opener = toSentOpener({ module: broken, argument: 'in the test' });
  await expect(openStorage(opener, () => {})).rejects.toThrow('permission_denied: in the test');
});

it('says which module exports no function openStorage', async () => {
  const opener = toSentOpener({ module: new URL('./programs/no-storage.ts', import.meta.url), argument: null });
  await expect(openStorage(opener, () => {})).rejects.toThrow(/no-storage\.ts exports no function openStorage$/);
});
