import { expect, it } from 'vitest';
import { checkBucketName } from '../src/bucket-name.ts';
import { refusalText } from './refusal.ts';

it.each([
  'icechunk-test',
  'data.example.org',
  'under_score',
  'abc',
  '123',
  'gcp-public-data-arco-era5',
  'a'.repeat(63),
  [...'abcd'].map((letter) => letter.repeat(54)).join('.'),
])('%s can be the name of a bucket', (bucket) => {
  expect(() => checkBucketName(bucket)).not.toThrow();
});

const length = 'takes 3 to 63 characters, and where it has dots 222 with at most 63 between them';
const ends = 'must begin and end with a letter or a digit';
const alone = 'takes the name alone, without gs:// and without a path: what follows it goes into prefix';

it.each([
  ['gs://icechunk-test', alone],
  ['icechunk-test/prefix', alone],
  ['icechunk-test/', alone],
  ['Icechunk', 'takes lower-case letters, digits, dashes, underscores and dots'],
  ['ice chunk', 'takes lower-case letters, digits, dashes, underscores and dots'],
  ['ice\nchunk', 'takes lower-case letters, digits, dashes, underscores and dots'],
  ['größe', 'takes lower-case letters, digits, dashes, underscores and dots'],
  ['-ice', ends],
  ['ice.', ends],
  ['192.168.5.4', 'must not be an IP address'],
  ['a..b', 'must not have two dots in a row'],
  ['ab', length],
  ['a'.repeat(64), length],
  [`${'a'.repeat(64)}.org`, length],
  [Array.from({ length: 5 }, () => 'b'.repeat(50)).join('.'), length],
])('%s cannot', async (bucket, fault) => {
  expect(await refusalText(() => checkBucketName(bucket))).toBe(`invalid_options: bucket ${fault}`);
});
