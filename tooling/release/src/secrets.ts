import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import type { Tarball } from './tarball.ts';

/** Files that hold secrets, whatever stands in them. */
const SECRET_FILE =
  /(?:^|\/)(?:\.env(?:\..*)?|\.npmrc|\.netrc|\.yarnrc(?:\.yml)?|id_(?:rsa|ed25519|ecdsa)|[^/]*\.(?:pem|key|p12|pfx))$/;

const RULES = [
  {
    id: '@secretlint/secretlint-rule-preset-recommend',
    rule: creator,
    // An access key's id opens nothing by itself, and is left out unless asked for; none belongs here.
    rules: [{ id: '@secretlint/secretlint-rule-aws', options: { enableIDScanRule: true } }],
  },
];

/** Files that hold a secret: private keys, cloud keys, tokens of registries and forges. The sentences do not show what was found. */
export async function secretProblems({ files }: Tarball): Promise<readonly string[]> {
  const found = await Promise.all([...files].map(([path, text]) => secretsIn(path, text)));
  return found.flat();
}

async function secretsIn(path: string, content: string): Promise<string[]> {
  if (SECRET_FILE.test(path)) return [`${path} is a file for secrets`];
  const ext = path.slice(path.lastIndexOf('.'));
  const source = { filePath: path, content, ext, contentType: 'text' as const };
  const { messages } = await lintSource({
    source,
    options: { config: { rules: RULES }, maskSecrets: true, noPhysicFilePath: true },
  });
  return messages.map(({ ruleId, loc }) => `${path}:${loc.start.line} holds what looks like a secret (${ruleId})`);
}
