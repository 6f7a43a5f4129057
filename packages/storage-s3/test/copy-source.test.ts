import { describe, expect, it } from 'vitest';
import { copySource } from '../src/copy-source.ts';

describe('copySource', () => {
  it('encodes what is not between slashes', () => {
    expect(copySource('bucket', 'a/b c+d?é%2F')).toBe('bucket/a/b%20c%2Bd%3F%C3%A9%252F');
    expect(copySource('bucket', '/repo')).toBe('bucket//repo');
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html (seen 2026-11)
  it('names the object of an access point', () => {
    const arn = 'arn:aws:s3:us-west-2:123456789012:accesspoint/my-point';
    expect(copySource(arn, 'a/b')).toBe('arn%3Aaws%3As3%3Aus-west-2%3A123456789012%3Aaccesspoint/my-point/object/a/b');
  });
});
