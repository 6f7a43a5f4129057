import { expect, it } from 'vitest';
import { checkBucket } from '../src/bucket.ts';

it.each([
  'icechunk-test',
  'a.bucket.with.dots',
  'Old_Bucket_Of_Virginia',
  'tenant:bucket',
  'my-access-point-hrzrlukc5m36ft7okagglf3gmwluquse1b-s3alias',
  'bucket--use1-az5--x-s3',
  'x',
  'b'.repeat(255),
])('takes %s', (bucket) => {
  expect(checkBucket(bucket)).toBe(bucket);
});

it.each([
  [undefined, 'takes the name of a bucket'],
  [7, 'takes the name of a bucket'],
  ['', 'takes the name of a bucket'],
  ['bucket/prefix', 'must not hold a /'],
  ['/bucket', 'must not hold a /'],
  ['s3://bucket', 'takes a name, not an address'],
  ['https://bucket.s3.amazonaws.com', 'takes a name, not an address'],
  ['arn:aws:s3:us-east-1:123456789012:accesspoint/mine', 'not an ARN'],
  ['..', 'takes letters'],
  ['a bucket', 'takes letters'],
  ['bucket?x', 'takes letters'],
  ['bücket', 'takes letters'],
  ['b'.repeat(256), 'at most 255'],
])('refuses %s', (bucket, message) => {
  expect(() => checkBucket(bucket)).toThrow(message);
});
