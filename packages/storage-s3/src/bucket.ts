import { StorageError } from '@icechunk/storage-core';

/**
 * Passes what can be the name of a bucket at some provider.
 *
 * Looser than the rules of AWS, since others allow more: old buckets of AWS have capitals and `_`, Ceph names a tenant before a
 * `:`. The provider says no to the rest.
 *
 * @throws {@link StorageError} `invalid_options`.
 * @see https://docs.redhat.com/ja/documentation/red_hat_ceph_storage/8/html/developer_guide/multi-tenant-bucket-operations_dev (seen 2026-11)
 */
export function checkBucket(bucket: unknown): string {
  const fault = bucketFault(bucket);
  if (fault !== undefined) throw new StorageError({ kind: 'invalid_options', message: `bucket ${fault}` });
  return bucket as string;
}

function bucketFault(bucket: unknown): string | undefined {
  if (typeof bucket !== 'string' || bucket === '') return 'takes the name of a bucket';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(bucket)) return 'takes a name, not an address: give bucket and prefix apart';
  // A copy spells an access point's ARN in another way than a bucket's name.
  if (bucket.startsWith('arn:')) return "takes a name, not an ARN: give an access point's alias";
  if (bucket.includes('/')) return 'must not hold a /: what comes after it is the prefix';
  if (/^\.+$/.test(bucket) || !/^[\w.:-]{1,255}$/.test(bucket))
    return 'takes letters, digits, and ".", "-", "_" or ":", at most 255 of them';
  return undefined;
}
