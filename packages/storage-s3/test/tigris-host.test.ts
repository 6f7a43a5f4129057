import { expect, it } from 'vitest';
import { isTigrisHost, notForTigris } from '../src/tigris-host.ts';

it.each([
  ['t3.storage.dev', true],
  ['my-bucket.t3.storage.dev', true],
  ['fly.storage.tigris.dev', true],
  ['my-bucket.fly.storage.tigris.dev', true],
  ['not-t3.storage.dev', false],
  ['t3.storage.dev.example.org', false],
  ['s3.amazonaws.com', false],
])('%s: %s', (hostname, isTigris) => {
  expect(isTigrisHost(hostname)).toBe(isTigris);
});

it('names the factory that is right', () => {
  expect(notForTigris()).toMatchObject({
    kind: 'invalid_options',
    detail: expect.stringContaining('use tigrisStorage'),
  });
});
