import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { secretProblems } from '../src/secrets.ts';
import { type Files, GOOD, tarballOf } from './trees.ts';

async function problemsWith(files: Files): Promise<readonly string[]> {
  return await secretProblems(await tarballOf({ ...GOOD, ...files }));
}

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const letters = (length: number): string => randomBytes(length).toString('hex').slice(0, length);

// Made up at each run, so that no scanner finds them here.
const SECRETS: Files = {
  'a private key': privateKey,
  'an AWS key': `const accessKeyId = '${'AKIA'}${letters(16).toUpperCase()}';\n`,
  'an AWS secret': `AWS_SECRET_ACCESS_KEY='${letters(40)}'\n`,
  'a token of npm': `//registry.example/:_authToken=${'npm_'}${letters(36)}\n`,
  'a token of GitHub': `const token = '${'ghp_'}${letters(36)}';\n`,
  'a key of a Google account': JSON.stringify({ type: 'service_account', private_key: privateKey }),
};

test('a package without secrets passes', async () => {
  expect(await problemsWith({})).toEqual([]);
});

test.each(Object.entries(SECRETS))('%s is refused, and not shown', async (_name, text) => {
  const problems = await problemsWith({ 'src/config.ts': `\n${text}` });
  expect(problems).not.toEqual([]);
  for (const problem of problems) {
    expect(problem).toMatch(/^src\/config\.ts:\d+ holds what looks like a secret \(@secretlint\/[\w-]+\)$/);
  }
});

test.each(['.env', '.env.local', 'src/.npmrc', 'dist/.netrc', 'id_ed25519', 'src/server.pem'])(
  'a file for secrets is refused whatever is in it: %s',
  async (path) => {
    expect(await problemsWith({ [path]: '' })).toEqual([`${path} is a file for secrets`]);
  },
);
