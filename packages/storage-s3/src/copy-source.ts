/**
 * Where a copy comes from, as the header `x-amz-copy-source` names it: percent-encoded, which the SDK leaves to its caller.
 *
 * @param bucket Its name or its alias; an ARN is spelt otherwise here, and `checkBucket` takes none.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html (seen 2026-11)
 */
export function copySource(bucket: string, key: string): string {
  return `${bucket}/${key}`.split('/').map(encodeURIComponent).join('/');
}
