import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { secretProblems } from '../src/secrets.ts';
import { type Files, GOOD, tarballOf } from './trees.ts';

async function problemsWith(files: Files): Promise<readonly string[]> {
  return await secretProblems(await tarballOf({ ...GOOD, ...files }));
}

const pkcs8 = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
const sec1 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' });
const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
const letters = (length: number): string => randomBytes(length).toString('hex').slice(0, length);

// Made up at each run, so that no scanner finds them here.
const SECRETS: Files = {
  'a private key': String(pkcs8),
  'a private key of an elliptic curve': `const key = \`${sec1}\`;\n`,
  'a private key of Ed25519': `const key = ${JSON.stringify(ed25519)};\n`,
  'a private key in comments': String(sec1).replaceAll(/^/gm, '// '),
  'an AWS key': `const accessKeyId = '${'AKIA'}${letters(16).toUpperCase()}';\n`,
  'an AWS secret': `AWS_SECRET_ACCESS_KEY='${letters(40)}'\n`,
  'a token of npm': `//registry.example/:_authToken=${'npm_'}${letters(36)}\n`,
  'a token of GitHub': `const token = '${'ghp_'}${letters(36)}';\n`,
  'a key of a Google account': JSON.stringify({ type: 'service_account', private_key: pkcs8 }),
};

test('a package without secrets passes', async () => {
  expect(await problemsWith({})).toEqual([]);
});

test.each(Object.entries(SECRETS))('%s is refused, and not shown', async (_name, text) => {
  const problems = await problemsWith({ 'src/config.ts': `\n${text}` });
  expect(problems).not.toEqual([]);
  for (const problem of problems) {
    expect(problem).toMatch(
      /^src\/config\.ts:\d+ holds what looks like a secret \((?:private key|@secretlint\/[\w-]+)\)$/,
    );
  }
});

test('a private key that is made up for a README is none', async () => {
  const made = "private_key: '-----BEGIN PRIVATE KEY-----\\nmy-private-key\\n-----END PRIVATE KEY-----\\n'\n";
  expect(await problemsWith({ 'README.md': made, 'src/is-key.ts': '/-----BEGIN (RSA )?PRIVATE KEY-----/' })).toEqual(
    [],
  );
});

test('the line of a private key is told', async () => {
  expect(await problemsWith({ 'src/key.ts': `// one\n// two\n${ed25519}` })).toEqual([
    'src/key.ts:3 holds what looks like a secret (private key)',
  ]);
});

test.each(['.env', '.env.local', 'src/.npmrc', 'dist/.netrc', 'id_ed25519', 'src/server.pem'])(
  'a file for secrets is refused whatever is in it: %s',
  async (path) => {
    expect(await problemsWith({ [path]: '' })).toEqual([`${path} is a file for secrets`]);
  },
);
