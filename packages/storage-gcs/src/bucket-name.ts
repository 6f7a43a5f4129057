import { StorageError } from '@icechunk/storage-core';

/**
 * Passes what can be the name of a bucket.
 *
 * Dots may stand in it: such names are longer, and belong to who owns the domain. Names that Google gives to nobody else, those
 * with `goog`, pass, since its public buckets have them.
 *
 * @throws {@link StorageError} `invalid_options`, saying what was expected.
 * @see https://cloud.google.com/storage/docs/buckets, section "Bucket names" (seen 2026-11)
 */
export function checkBucketName(bucket: string): void {
  const fault = faultOf(bucket);
  if (fault !== undefined) throw new StorageError({ kind: 'invalid_options', message: `bucket ${fault}` });
}

function faultOf(bucket: string): string | undefined {
  if (bucket.includes('/'))
    return 'takes the name alone, without gs:// and without a path: what follows it goes into prefix';
  if (!/^[a-z0-9._-]*$/.test(bucket)) return 'takes lower-case letters, digits, dashes, underscores and dots';
  if (!/^[a-z0-9].*[a-z0-9]$/.test(bucket)) return 'must begin and end with a letter or a digit';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(bucket)) return 'must not be an IP address';
  return lengthFault(bucket);
}

function lengthFault(bucket: string): string | undefined {
  const parts = bucket.split('.');
  if (parts.includes('')) return 'must not have two dots in a row';
  if (bucket.length < 3 || bucket.length > 222 || parts.some((part) => part.length > 63)) {
    return 'takes 3 to 63 characters, and where it has dots 222 with at most 63 between them';
  }
  return undefined;
}
