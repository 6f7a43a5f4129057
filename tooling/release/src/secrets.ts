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

/**
 * A private key in any form of PEM, commented or escaped too: the preset knows it by its first bytes, which keys of elliptic curves do not
 * share, and from 100 letters on, which Ed25519 does not need.
 */
const PRIVATE_KEY =
  /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\\[nr]|[^A-Za-z0-9+-]){0,16}[A-Za-z0-9+/]{32}/g;

/** Files that hold a secret: private keys, cloud keys, tokens of registries and forges. The sentences do not show what was found. */
export async function secretProblems({ files }: Tarball): Promise<readonly string[]> {
  const found = await Promise.all([...files].map(([path, text]) => secretsIn(path, text)));
  return found.flat();
}

async function secretsIn(path: string, content: string): Promise<string[]> {
  if (SECRET_FILE.test(path)) return [`${path} is a file for secrets`];
  const keys = [...content.matchAll(PRIVATE_KEY)].map(({ index }) => told(path, lineAt(content, index), 'private key'));
  const ext = path.slice(path.lastIndexOf('.'));
  const source = { filePath: path, content, ext, contentType: 'text' as const };
  const { messages } = await lintSource({
    source,
    options: { config: { rules: RULES }, maskSecrets: true, noPhysicFilePath: true },
  });
  return [...keys, ...messages.map(({ ruleId, loc }) => told(path, loc.start.line, ruleId))];
}

function told(path: string, line: number, kind: string): string {
  return `${path}:${line} holds what looks like a secret (${kind})`;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
