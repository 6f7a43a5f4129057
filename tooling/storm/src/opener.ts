import { pathToFileURL } from 'node:url';
import type { EventListener, Storage } from '@icechunk/storage-core';

/** What can be sent to another process. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * How each process of a storm opens its storage: by a module of the backend's tests that exports {@link OpenStorage} under the
 * name `openStorage`.
 */
export interface Opener {
  /** Where the module is: a `file:` URL, for example `new URL('./storm-storage.ts', import.meta.url)`, or an absolute path. */
  readonly module: URL | string;
  /** What the function is called with, after a journey through JSON. */
  readonly argument: Json;
}

/**
 * What the module of an {@link Opener} exports as `openStorage`: a storage of its own for the process that calls it.
 *
 * @param onEvent To be handed to the storage: its events are counted in the outcome.
 */
export type OpenStorage = (argument: never, onEvent: EventListener) => Storage | Promise<Storage>;

/** An opener as it is sent to a process. */
export interface SentOpener {
  readonly module: string;
  readonly argument: Json;
}

/** @returns The opener with its module as a URL in text. */
export function toSentOpener({ module, argument }: Opener): SentOpener {
  const isPath = typeof module === 'string' && !module.startsWith('file:');
  return { module: isPath ? pathToFileURL(module).href : String(module), argument };
}

/**
 * The storage that an opener opens, in this process.
 *
 * @throws An error that names the module where it exports no function `openStorage`; else what the module throws.
 */
export async function openStorage({ module, argument }: SentOpener, onEvent: EventListener): Promise<Storage> {
  const exported: { openStorage?: (argument: Json, onEvent: EventListener) => Storage | Promise<Storage> } =
    await import(module);
  if (typeof exported.openStorage !== 'function') throw new Error(`${module} exports no function openStorage`);
  return await exported.openStorage(argument, onEvent);
}
