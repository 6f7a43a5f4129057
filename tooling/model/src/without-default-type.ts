import type { GetRequest, ObjectHead, StorageClient } from '@icechunk/storage-core';

/**
 * A client that says nothing of the content type which its provider stores where none is given: the model has none then.
 *
 * @param types What providers give of themselves, and the model never gives.
 */
export function withoutDefaultType(
  client: StorageClient,
  types: readonly string[] = ['application/octet-stream'],
): StorageClient {
  const untyped = <Head extends ObjectHead>({ contentType, ...rest }: Head): Head => {
    const keeps = contentType !== undefined && !types.includes(contentType);
    return { ...rest, ...(keeps && { contentType }) } as Head;
  };
  const get = client.get.bind(client);
  const head = client.head.bind(client);
  return Object.assign(client, {
    get: async (request: GetRequest, context: Parameters<typeof get>[1]) => {
      const answer = await get(request, context);
      return answer.kind === 'found' ? untyped(answer) : answer;
    },
    head: async (...args: Parameters<typeof head>) => untyped(await head(...args)),
  });
}
