import { type ConformanceCase, casesOf } from '../../src/conformance/case.ts';
import type { ConformanceHarness, OpenContext } from '../../src/conformance/harness.ts';
import { createStorage, localDefaults, rawKeys, type Storage } from '../../src/index.ts';
import { FakeClient } from '../fake-client.ts';

/** The objects of one place, as every client that is opened there sees them. */
export type Place = FakeClient['objects'];

/** A harness over the fake client, all of whose handles share one place; `changes` are laid over it. */
export function fakeHarness(changes: Partial<ConformanceHarness> = {}, place: Place = new Map()): ConformanceHarness {
  return { name: 'fake', open: (context) => fakeStorage(place, context), faults: true, ...changes };
}

/** The fake client under the context's prefix, as a storage. */
export function fakeStorage(place: Place, context: OpenContext, prefix: string = context.prefix): Storage {
  return storageOf(Object.assign(new FakeClient(), { objects: place, keys: rawKeys(prefix) }), context);
}

/** A storage of a client, as a harness makes it. */
export function storageOf(client: FakeClient, { settings, readOnly, onEvent, wrap }: OpenContext): Storage {
  return createStorage(wrap(client), { defaults: localDefaults, settings, readOnly, onEvent });
}

/** A case that does what is given. */
export function caseThat(
  id: string,
  run: ConformanceCase['run'] = async () => {},
  requires: ConformanceCase['requires'] = [],
): ConformanceCase {
  const [one] = casesOf('put', [{ id, proves: `${id} holds`, why: 'a test wants it', requires, run }]);
  return one as ConformanceCase;
}

/** A case that fails, saying `message`. */
export function failing(id: string, message = 'seen otherwise'): ConformanceCase {
  return caseThat(id, () => Promise.reject(new Error(message)));
}
