import type { VersionInfo, WriteCondition } from '@icechunk/storage-core';
import { badAnswer } from './errors.ts';

// A generation is an int64 above 0: 0 stands for "no object", and would make a create of an update.
const generationShape = /^[1-9]\d{0,18}$/;
const LARGEST_GENERATION = 2n ** 63n - 1n;

/**
 * The generation of a version as it can be asked for; undefined where no object can have it: an etag from elsewhere, `0`, or
 * what is no number of this size.
 *
 * @see https://cloud.google.com/storage/docs/request-preconditions (seen 2026-11)
 */
export function generationOf({ generation }: VersionInfo): string | undefined {
  if (generation === undefined || !generationShape.test(generation)) return undefined;
  return BigInt(generation) <= LARGEST_GENERATION ? generation : undefined;
}

/**
 * A version of the provider's: the generation decides, the etag is carried along as the JSON API spells it, without quotes.
 *
 * @throws {@link StorageError} `bad_response` without a generation: no condition can be made of an etag alone, so that every update
 * with it would be a conflict.
 */
export function versionOf(generation: string | undefined, etag: string | undefined, status: number): VersionInfo {
  if (generationOf({ ...(generation !== undefined && { generation }) }) === undefined)
    throw badAnswer('the answer does not say which generation the object has', status);
  return { generation: generation as string, ...(etag && { etag: etag.replace(/^"(.*)"$/, '$1') }) };
}

/**
 * What `ifGenerationMatch` is to say for a condition.
 *
 * @returns No parameter without a condition; undefined where no object can meet it.
 */
export function matchParameter(
  condition: WriteCondition | undefined,
): { readonly ifGenerationMatch?: string } | undefined {
  if (!condition) return {};
  if (condition.kind === 'create') return { ifGenerationMatch: '0' };
  const generation = generationOf(condition.version);
  return generation === undefined ? undefined : { ifGenerationMatch: generation };
}
