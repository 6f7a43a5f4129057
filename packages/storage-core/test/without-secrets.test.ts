import { expect, it } from 'vitest';
import { withoutSecrets } from '../src/without-secrets.ts';

it.each([
  ['the vault is sealed', 'the vault is sealed'],
  ['refused the token hvs.CAESIJ2x9Qmv-0f4T, try again', 'refused the token …, try again'],
  ['key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'key …'],
  ['key wJalrXUtnFEMI%2FK7MDENG%2FbPxRfiCYEXAMPLEKEY', 'key …'],
  ['got c2VjcmV0LXNlY3JldA==!', 'got …!'],
  ['AWS_SECRET_ACCESS_KEY is not set', 'AWS_SECRET_ACCESS_KEY is not set'],
  ['connect ECONNREFUSED vault.internal.example.org:8200', 'connect ECONNREFUSED vault.internal.example.org:8200'],
  ["open '/run/secrets/storage/key.json'", "open '/run/secrets/storage/key.json'"],
  ['getRefreshedCredentialsFromVault is not a function', 'getRefreshedCredentialsFromVault is not a function'],
  ['sig=Zm9vYmFyYmF6MTIzNDU2Nzg5MA', '…'],
  ['ya29.a0AfH6SMBx1lK-3vQ', '…'],
])('of %j leaves %j', (text, left) => {
  expect(withoutSecrets(text)).toBe(left);
});

it('leaves no more than 500 characters', () => {
  expect(withoutSecrets('a word '.repeat(100))).toHaveLength(500);
});
