import { type _Object, ListObjectsV2Command, type ListObjectsV2CommandOutput } from '@aws-sdk/client-s3';
import {
  type AttemptContext,
  type ListedObject,
  type ListPage,
  type ListPageRequest,
  StorageError,
} from '@icechunk/storage-core';
import { payerOf, sent } from './send.ts';
import type { S3Target } from './target.ts';

/**
 * One page of a listing.
 *
 * Keys are asked for percent-encoded, since XML 1.0 cannot carry every character that a key may have; a store that does not
 * say that it did so has sent them as they are.
 *
 * @throws {@link StorageError} `bad_response` where the answer does not say whether it is the last page: so a page of HTML,
 * which the SDK takes for an empty listing.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html (`encoding-type`, seen 2026-11)
 */
export async function listPage(
  target: S3Target,
  { keyPrefix, pageToken, maxKeys }: ListPageRequest,
  { signal }: AttemptContext,
): Promise<ListPage> {
  const command = new ListObjectsV2Command({
    Bucket: target.bucket,
    EncodingType: 'url',
    ...(keyPrefix !== '' && { Prefix: keyPrefix }),
    ...(pageToken !== undefined && { ContinuationToken: pageToken }),
    ...(maxKeys !== undefined && { MaxKeys: Math.min(maxKeys, 1_000) }),
    ...payerOf(target),
  });
  return pageOf(await sent(target, target.sdk.send(command, { abortSignal: signal })));
}

function pageOf(output: ListObjectsV2CommandOutput): ListPage {
  const { IsTruncated, NextContinuationToken, EncodingType, Contents = [] } = output;
  if (IsTruncated === undefined) throw badPage('it does not say whether more follows');
  if (IsTruncated && !NextContinuationToken) throw badPage('more follows, and there is no token to ask for it');
  const decode = EncodingType === 'url' ? decodedKey : (key: string): string => key;
  const objects = Contents.map((object) => listedObject(object, decode));
  return { objects, ...(IsTruncated && NextContinuationToken && { nextPageToken: NextContinuationToken }) };
}

function listedObject({ Key, Size, LastModified }: _Object, decode: (key: string) => string): ListedObject {
  if (!Key || !isSize(Size) || !LastModified || Number.isNaN(LastModified.getTime()))
    throw badPage('an object is without its key, its size or its time');
  return { key: decode(Key), sizeBytes: Size, createdAt: LastModified };
}

// The SDK makes NaN of what is no number.
function isSize(size: number | undefined): size is number {
  return Number.isSafeInteger(size) && (size as number) >= 0;
}

// As in forms, where a space is a plus and a plus is %2B.
function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '));
  } catch {
    throw badPage('a key is not encoded as it says');
  }
}

function badPage(message: string): StorageError {
  return new StorageError({ kind: 'bad_response', message: `the listing makes no sense: ${message}` });
}
