import type { AttemptContext, ObjectAttributes, PutAnswer, PutRequest } from '@icechunk/storage-core';
import { conditionHeaders, hintFor, isRefusal } from './conditions.ts';
import type { S3Wire } from './wire.ts';

/** Writes an object in one request. See `StorageClient.put`. */
export async function putObject(wire: S3Wire, request: PutRequest, context: AttemptContext): Promise<PutAnswer> {
  const { key, data, condition, metadata } = request;
  const headers = { ...attributeHeaders(request), ...conditionHeaders(condition) };
  try {
    const hint = hintFor(condition?.kind, metadata);
    const answer = await wire.send({ method: 'PUT', key, headers, data, hint }, context);
    return { kind: 'stored', version: versionOf(answer.headers['etag']) };
  } catch (err) {
    if (isRefusal(err, condition)) return { kind: 'refused' };
    throw err;
  }
}

/** The version that an etag makes, as it came; empty where there is none, which core takes for a bad answer. */
export function versionOf(etag: string | undefined): { readonly etag?: string } {
  return etag ? { etag } : {};
}

function attributeHeaders({ contentType, metadata = {}, storageClass }: ObjectAttributes): Record<string, string> {
  const named = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name.toLowerCase()}`, value]);
  return {
    ...Object.fromEntries(named),
    ...(contentType !== undefined && { 'content-type': contentType }),
    ...(storageClass !== undefined && { 'x-amz-storage-class': storageClass }),
  };
}
