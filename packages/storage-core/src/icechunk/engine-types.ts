/**
 * Bytes as the engine's published type asks for them: `Buffer` wherever a `Buffer` is declared, else `Uint8Array`.
 *
 * At run time they are a plain `Uint8Array`, which the engine reads just as well (version 2.2.2, seen 2026-11): no method
 * of `Buffer` may be called on them.
 */
export type EngineBytes = typeof globalThis extends { Buffer: { alloc(sizeBytes: number): infer Bytes } }
  ? Bytes
  : Uint8Array<ArrayBuffer>;

/** A version as the engine holds it; fields that say nothing are absent, undefined or null. */
export interface EngineVersion {
  readonly etag?: string | null | undefined;
  readonly generation?: string | null | undefined;
}

/** Arguments of `getObjectRange`: bytes `[rangeStart, rangeEnd)`, or all of them. */
export interface EngineGetRangeArgs {
  readonly path: string;
  readonly rangeStart?: number | null | undefined;
  readonly rangeEnd?: number | null | undefined;
}

/** Arguments of `getObjectConditional`. */
export interface EngineGetConditionalArgs {
  readonly path: string;
  readonly previousVersion?: EngineVersion | null | undefined;
}

/** Arguments of `putObject`. */
export interface EnginePutArgs {
  readonly path: string;
  /** In the WASM build a view on the engine's whole memory, which is shared with its threads and goes on changing. */
  readonly data: Uint8Array;
  readonly contentType?: string | null | undefined;
  readonly metadata?: readonly { readonly key: string; readonly value: string }[] | null | undefined;
  /** Absent: replace whatever is there. Without fields: create. Else: update the object of this version. */
  readonly previousVersion?: EngineVersion | null | undefined;
}

/** Arguments of `copyObject`. */
export interface EngineCopyArgs {
  readonly from: string;
  readonly to: string;
  readonly contentType?: string | null | undefined;
  readonly version?: EngineVersion | null | undefined;
}

/** Arguments of `deleteBatch`; ids are relative to `prefix`, `size` is in bytes. */
export interface EngineDeleteArgs {
  readonly prefix: string;
  readonly batch: readonly { readonly id: string; readonly size: number }[];
}

/** A version as it is handed to the engine: never without a field. */
export interface EngineNewVersion {
  etag?: string;
  generation?: string;
}

/** What a put or a copy came to. */
export type EngineUpdateResult = { kind: 'updated'; newVersion: EngineNewVersion } | { kind: 'not_on_latest_version' };

/** What `getObjectConditional` found. */
export type EngineModifiedResult =
  | { kind: 'modified'; data: EngineBytes; newVersion: EngineNewVersion }
  | { kind: 'on_latest_version' };

/**
 * A callback, called `(null, argument)` as the engine really does, or `(argument)` as its published type says.
 *
 * Rejects with an error whose text the engine reads: see `toIcechunkCallbacks`.
 */
export type EngineCallback<Argument, Answer> = (first: Argument | null, second?: Argument) => Promise<Answer>;

/** The object that `Storage.newCustom` of `@earthmover/icechunk` takes. */
export interface IcechunkCallbacks {
  /** Whether the engine may write at all. */
  canWrite: () => Promise<boolean>;
  getObjectRange: EngineCallback<EngineGetRangeArgs, { data: EngineBytes; version: EngineNewVersion }>;
  getObjectConditional: EngineCallback<EngineGetConditionalArgs, EngineModifiedResult>;
  putObject: EngineCallback<EnginePutArgs, EngineUpdateResult>;
  copyObject: EngineCallback<EngineCopyArgs, EngineUpdateResult>;
  listObjects: EngineCallback<string, { id: string; createdAt: Date; sizeBytes: number }[]>;
  deleteBatch: EngineCallback<EngineDeleteArgs, { deletedObjects: number; deletedBytes: number }>;
  getObjectLastModified: EngineCallback<string, Date>;
}
