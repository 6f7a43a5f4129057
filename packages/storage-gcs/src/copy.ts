import { type AttemptContext, type CopyRequest, type PutAnswer, StorageError } from '@icechunk/storage-core';
import { badAnswer } from './errors.ts';
import { headObject, objectPath } from './get.ts';
import { type GcsHttp, type GcsRequest, jsonOf } from './http.ts';
import { bytesIn, type ObjectResource } from './resource.ts';
import { generationOf, versionOf } from './version.ts';

/** One answer on the way of a copy. */
interface RewriteAnswer {
  readonly done: boolean;
  readonly rewriteToken: string;
  readonly totalBytesRewritten: string;
  readonly resource: Partial<ObjectResource>;
}

/** Steps in a row that copy nothing: a token that is new each time is no sign that the copy gets on. */
const MAX_IDLE_STEPS = 5;

/** Everything of the source that a copy has to be told anew where it is told anything. */
const KEPT_FIELDS = [
  'contentType',
  'metadata',
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
  'customTime',
] as const;

/**
 * Copies an object on the provider's side, however many steps it takes. See `StorageClient.copy`.
 *
 * Every step repeats every parameter and the body: what a later step leaves out, it would drop.
 *
 * @see https://cloud.google.com/storage/docs/json_api/v1/objects/rewrite (seen 2026-11)
 */
export async function copyObject(http: GcsHttp, request: CopyRequest, context: AttemptContext): Promise<PutAnswer> {
  const { fromKey, toKey, ifVersion } = request;
  const asked = ifVersion && generationOf(ifVersion);
  if (ifVersion && asked === undefined) return await refusedOf(http, fromKey, context);
  const told = await toldOf(http, request, context);
  if (asked !== undefined && told && told.generation !== asked) return { kind: 'refused' };
  const pinned = asked ?? told?.generation;
  const rewrite = {
    method: 'POST',
    path: `${objectPath(fromKey)}/rewriteTo/b/${encodeURIComponent(http.bucket)}${objectPath(toKey)}`,
    query: {
      ifSourceGenerationMatch: pinned,
      fields: 'done,rewriteToken,totalBytesRewritten,resource(generation,etag)',
    },
    ...(told && { headers: { 'content-type': 'application/json; charset=UTF-8' }, body: told.body }),
  } as const;
  const answer = await rewritten(http, rewrite, context);
  if (answer !== 'changed') return answer;
  if (asked !== undefined) return { kind: 'refused' };
  throw new StorageError({ kind: 'unavailable', message: 'the source was replaced while its copy was being made' });
}

/** For a version that no object has: whether there is an object at all is still to be said. */
async function refusedOf(http: GcsHttp, fromKey: string, context: AttemptContext): Promise<PutAnswer> {
  await headObject(http, fromKey, context);
  return { kind: 'refused' };
}

async function rewritten(http: GcsHttp, rewrite: GcsRequest, context: AttemptContext): Promise<PutAnswer | 'changed'> {
  const expected = rewrite.query?.['ifSourceGenerationMatch'] === undefined ? [200] : [200, 412];
  let rewriteToken: string | undefined;
  let [copiedBytes, idleSteps] = [-1, 0];
  while (idleSteps < MAX_IDLE_STEPS) {
    const query = { ...rewrite.query, rewriteToken };
    const answer = await http.send({ ...rewrite, query }, expected, context);
    if (answer.status === 412) {
      await http.checkRefusal(answer);
      return 'changed';
    }
    const step = await jsonOf<RewriteAnswer>(answer);
    if (step.done) return { kind: 'stored', version: versionOf(step.resource?.generation, step.resource?.etag, 200) };
    if (!step.rewriteToken) throw badAnswer('the copy is not done, and the answer does not say how it goes on', 200);
    const totalBytes = bytesIn(step.totalBytesRewritten) ?? 0;
    idleSteps = totalBytes > copiedBytes ? 0 : idleSteps + 1;
    copiedBytes = Math.max(copiedBytes, totalBytes);
    rewriteToken = step.rewriteToken;
  }
  throw new StorageError({ kind: 'unavailable', message: 'the copy does not get on' });
}

/**
 * The body of a copy that changes something; undefined where all is kept.
 *
 * A body replaces all that can be told of an object, so that what is to be kept is looked up: of one generation.
 */
async function toldOf(
  http: GcsHttp,
  { fromKey, contentType, storageClass }: CopyRequest,
  context: AttemptContext,
): Promise<{ readonly body: string; readonly generation: string } | undefined> {
  if (contentType === undefined && storageClass === undefined) return undefined;
  const query = { fields: ['generation', ...KEPT_FIELDS].join(',') };
  const answer = await http.send({ method: 'GET', path: objectPath(fromKey), query }, [200], context);
  const resource = await jsonOf<ObjectResource>(answer);
  if (!resource.generation) throw badAnswer('the answer does not say which generation the source has', answer.status);
  const kept = Object.fromEntries(KEPT_FIELDS.map((field) => [field, resource[field]]));
  const told = { ...kept, ...(contentType !== undefined && { contentType }), ...(storageClass && { storageClass }) };
  return { body: JSON.stringify(told), generation: resource.generation };
}
