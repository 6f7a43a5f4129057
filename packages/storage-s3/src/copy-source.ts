/**
 * Where a copy comes from, as the header `x-amz-copy-source` names it: percent-encoded, which the SDK leaves to its caller.
 *
 * @param bucket A name, or the ARN of an access point.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html (seen 2026-11)
 */
export function copySource(bucket: string, key: string): string {
  const place = bucket.startsWith('arn:') ? `${bucket}/object` : bucket;
  return `${place}/${key}`.split('/').map(encodeURIComponent).join('/');
}
