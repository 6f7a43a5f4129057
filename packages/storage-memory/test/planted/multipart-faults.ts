import type { ParallelMultipart } from '@icechunk/storage-core';
import type { InMemoryObjects } from '../../src/index.ts';
import { changed, type Plant, type PlantedFault, plant } from './plant.ts';
import { partsOf } from './relabel.ts';

/** Objects that are written in parts. */
export const multipartFaults: readonly PlantedFault[] = [
  plant(
    'upload-ignores-condition',
    'completes an upload whatever its condition says',
    'multi.conditional',
    inUploads((parts) => ({ complete: ({ condition: _, ...request }, context) => parts.complete(request, context) })),
  ),
  plant(
    'upload-visible-early',
    'shows an object before its upload is completed',
    'multi.invisible',
    inUploads((parts, objects) => ({
      uploadPart: async (request, context) => {
        const receipt = await parts.uploadPart(request, context);
        objects.put({ key: request.key, data: request.data.slice() });
        return receipt;
      },
    })),
  ),
  plant(
    'upload-hides-old',
    'removes the old object when an upload begins',
    'multi.invisible',
    inUploads((parts, objects) => ({
      start: async (request, context) => {
        objects.delete(request.key);
        return await parts.start(request, context);
      },
    })),
  ),
  plant(
    'upload-leaves-old',
    'completes an upload and leaves the old object',
    'multi.invisible',
    inUploads((parts, objects) => ({
      complete: async (request, context) => {
        const there = objects.get(request.key);
        if (there && !request.condition) return { kind: 'stored', version: there.version };
        return await parts.complete(request, context);
      },
    })),
  ),
  plant(
    'parts-as-they-come',
    'puts the last part first',
    'multi.boundaries',
    inUploads((parts) => ({
      complete: ({ parts: receipts, ...request }, context) =>
        parts.complete({ ...request, parts: receipts.toReversed() }, context),
    })),
  ),
  plant(
    'tail-lost',
    'drops the last part where it is short',
    'multi.boundaries',
    inUploads((parts) => ({
      uploadPart: (request, context) =>
        parts.uploadPart(request.data.byteLength < 100 ? { ...request, data: new Uint8Array() } : request, context),
    })),
  ),
  plant('parts-never-used', 'has parts and never uses them', 'multi.boundaries', {
    above: (client) => changed(client, { multipart: undefined }),
  }),
  plant('upload-left', 'leaves an upload that failed', 'multi.failed-part', {
    above: (client) => changed(client, { multipart: changed(partsOf(client), { abort: async () => {} }) }),
  }),
  plant('failed-part-skipped', 'completes an upload without the part that failed', 'multi.failed-part', {
    above: (client) =>
      changed(client, {
        multipart: changed(partsOf(client), {
          uploadPart: (request, context) =>
            partsOf(client)
              .uploadPart(request, context)
              .catch(() => partsOf(client).uploadPart({ ...request, data: new Uint8Array() }, context)),
        }),
      }),
  }),
];

function inUploads(change: (parts: ParallelMultipart, objects: InMemoryObjects) => Partial<ParallelMultipart>): Plant {
  return {
    client: (client, objects) =>
      changed(client, { multipart: changed(partsOf(client), change(partsOf(client), objects)) }),
  };
}
