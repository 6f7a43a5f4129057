import { expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { askProviderChain } from '../src/provider-chain.browser.ts';

it('says that a browser has no environment, and what to give instead', async () => {
  await expect(askProviderChain()).rejects.toMatchObject({
    kind: 'unsupported',
    message: expect.stringContaining('give keys, getCredentials'),
  });
});

it('stands in the place of the chain, in what is published and in the sources', () => {
  expect(manifest.browser).toEqual({
    './dist/provider-chain.js': './dist/provider-chain.browser.js',
    './src/provider-chain.ts': './src/provider-chain.browser.ts',
  });
});
