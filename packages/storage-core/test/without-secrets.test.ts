import { expect, it } from 'vitest';
import { withoutSecrets } from '../src/without-secrets.ts';

it.each([
  ['the vault is sealed', 'the vault is sealed'],
  ['refused the token hvs.CAESIJ2x9Qmv-0f4T, try again', 'refused the token …, try again'],
  ['key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'key …'],
  ['got c2VjcmV0LXNlY3JldA==!', 'got …!'],
])('of %j leaves %j', (text, left) => {
  expect(withoutSecrets(text)).toBe(left);
});

it('leaves no more than 200 characters', () => {
  expect(withoutSecrets('a word '.repeat(100))).toHaveLength(200);
});
