import type { SequentialMultipart } from '@icechunk/storage-core';
import type { InMemoryObjects } from '../../src/index.ts';
import { UploadsInSequence } from '../uploads-in-sequence.ts';
import { changed, type Plant, type PlantedFault, plant } from './plant.ts';

type Part = Parameters<SequentialMultipart['send']>[0];
type Context = Parameters<SequentialMultipart['send']>[1];

/** Objects that are written in one session, from their first byte to their last. */
export const sequenceFaults: readonly PlantedFault[] = [
  plant(
    'session-forgets-condition',
    'forgets the condition that a session began with',
    'multi.conditional',
    inSessions((session) => ({ start: ({ condition: _, ...request }, context) => session.start(request, context) })),
  ),
  plant(
    'session-anew-without-condition',
    'begins a session that was lost anew without its condition',
    'multi.lost-upload',
    inSessions((session) => {
      const begun = new Set<string>();
      return {
        start: ({ condition, ...request }, context) => {
          const isAgain = begun.has(request.key);
          begun.add(request.key);
          return session.start(isAgain || !condition ? request : { ...request, condition }, context);
        },
        send: async (part, context) => {
          const progress = await session.send(part, context);
          if (progress.kind !== 'committed') begun.delete(part.key);
          return progress;
        },
        abort: (upload, context) => {
          begun.delete(upload.key);
          return session.abort(upload, context);
        },
      };
    }),
  ),
  plant(
    'session-takes-part-twice',
    'says that it has less of a session than it has, and takes what comes then for more of it',
    'multi.lost-part',
    inSessions((session) => ({
      ask: async (upload, context) => {
        const progress = await session.ask(upload, context);
        return progress.kind === 'committed' ? { ...progress, sizeBytes: 0 } : progress;
      },
      send: async (part, context) => {
        const kept = await keptBytes(session, part, context);
        return await session.send(
          { ...part, offset: kept, data: part.data.subarray(0, part.sizeBytes - kept) },
          context,
        );
      },
    })),
  ),
  plant(
    'session-says-too-much',
    'says that it has more of a session than it has',
    'multi.lost-part',
    inSessions((session) => ({ ask: (upload, context) => askedTooMuch(session, upload, context) })),
  ),
  plant(
    'session-with-a-hole',
    'says that it has more of a session than it has, and fills what is missing with zeros',
    'multi.lost-part',
    inSessions((session) => ({
      ask: (upload, context) => askedTooMuch(session, upload, context),
      send: async (part, context) => {
        const kept = await keptBytes(session, part, context);
        const data = new Uint8Array(part.offset - kept + part.data.byteLength);
        data.set(part.data, part.offset - kept);
        return await session.send({ ...part, offset: kept, data }, context);
      },
    })),
  ),
  plant(
    'session-visible-early',
    'shows what has come of a session',
    'multi.invisible',
    inSessions((session, objects) => ({
      send: async (part, context) => {
        const progress = await session.send(part, context);
        if (progress.kind === 'committed') objects.put({ key: part.key, data: part.data.slice() });
        return progress;
      },
    })),
  ),
];

function inSessions(
  change: (session: SequentialMultipart, objects: InMemoryObjects) => Partial<SequentialMultipart>,
): Plant {
  return {
    client: (client, objects) => {
      const session: SequentialMultipart = new UploadsInSequence(objects);
      return changed(client, { multipart: changed(session, change(session, objects)) });
    },
  };
}

/** Bytes of a session that are really there. */
async function keptBytes(session: SequentialMultipart, part: Part, context: Context): Promise<number> {
  const progress = await session.ask(part, context);
  return progress.kind === 'committed' ? progress.sizeBytes : part.offset;
}

async function askedTooMuch(
  session: SequentialMultipart,
  upload: Parameters<SequentialMultipart['ask']>[0],
  context: Context,
): ReturnType<SequentialMultipart['ask']> {
  const progress = await session.ask(upload, context);
  if (progress.kind !== 'committed') return progress;
  return { ...progress, sizeBytes: Math.min(progress.sizeBytes + session.partUnitBytes, upload.sizeBytes - 1) };
}
