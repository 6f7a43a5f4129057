import type { ClientBody, GetAnswer, ListPageRequest, StorageClient } from '@icechunk/storage-core';
import { type ClientVerb, type Fault, FaultyClient, SeededRandom } from '@icechunk/storage-core/conformance';
import type { Scheduler } from 'fast-check';

/** Objects on a page, so that a few fill several. */
const pageSize = 2;

/** The client with small pages, where it has pages. */
export function smallPages(client: StorageClient): StorageClient {
  return everyCall(client, { page: ({ request, send }) => send(small(request)) });
}

/**
 * The client as it is met over a network: each call, each answer and each step of a body or a listing waits until the
 * scheduler lets it pass. Pages are small too.
 */
export function gated(client: StorageClient, scheduler: Scheduler): StorageClient {
  const pass = (what: string): Promise<void> => scheduler.schedule(Promise.resolve(), what);
  const around =
    (change: (answer: unknown) => unknown = (answer) => answer): Fault =>
    async ({ verb, request, send }) => {
      await pass(`send ${verb}`);
      const answer = await send(verb === 'page' ? small(request) : request);
      await pass(`answer ${verb}`);
      return change(answer);
    };
  const verbs: ClientVerb[] = [
    'head',
    'put',
    'copy',
    'page',
    'delete',
    'start_upload',
    'upload_part',
    'complete_upload',
  ];
  return everyCall(client, {
    ...Object.fromEntries(verbs.map((verb) => [verb, around()])),
    get: around((answer) => withGatedBody(answer as GetAnswer, pass)),
    stream: around((entries) => gatedSteps(entries as AsyncIterable<unknown>, () => pass('entry'))),
  });
}

function everyCall(client: StorageClient, faults: Partial<Record<ClientVerb, Fault>>): StorageClient {
  const watched = new FaultyClient(client);
  const each = Object.entries(faults).map(([verb, fault]) => [verb, [fault]]);
  watched.draw({ random: new SeededRandom(0), share: 1, faults: Object.fromEntries(each) });
  return watched;
}

function small(request: unknown): ListPageRequest {
  const asked = request as ListPageRequest;
  return { ...asked, maxKeys: Math.min(asked.maxKeys ?? pageSize, pageSize) };
}

function withGatedBody(answer: GetAnswer, pass: (what: string) => Promise<void>): GetAnswer {
  if (answer.kind !== 'found') return answer;
  const { body } = answer;
  const readInto = body.readInto?.bind(body);
  const gatedBody: ClientBody = {
    [Symbol.asyncIterator]: () => gatedSteps(body, () => pass('bytes')),
    cancel: () => body.cancel(),
    ...(readInto && {
      readInto: async (target: Uint8Array): Promise<number> => {
        await pass('bytes');
        return await readInto(target);
      },
    }),
  };
  return { ...answer, body: gatedBody };
}

async function* gatedSteps<T>(steps: AsyncIterable<T>, pass: () => Promise<void>): AsyncGenerator<T> {
  for await (const step of steps) {
    await pass();
    yield step;
  }
}
