/**
 * What identifies one state of one object.
 *
 * Opaque: it is sent back to the provider exactly as it came, survives `JSON.stringify` and `JSON.parse`, and is never
 * ordered. Google Cloud Storage is identified by `generation`, with its etag carried along; every other backend by
 * `etag`.
 */
export interface VersionInfo {
  readonly etag?: string;
  readonly generation?: string;
}

/**
 * The condition under which a put may happen.
 *
 * `create`: only where no object is. `update`: only over the object of exactly this version. A put without a condition
 * replaces whatever is there.
 */
export type WriteCondition = { readonly kind: 'create' } | { readonly kind: 'update'; readonly version: VersionInfo };

/**
 * What a put or a copy came to: `newVersion` is the written object's, usable at once in an update.
 *
 * `not_on_latest_version` says that the condition did not hold and that nothing was changed. It is an expected
 * outcome, hence a value and not an exception.
 */
export type VersionedUpdateResult =
  | { readonly kind: 'updated'; readonly newVersion: VersionInfo }
  | { readonly kind: 'not_on_latest_version' };

/** True where the version says nothing: neither an etag nor a generation, or nothing at all. */
export function isEmptyVersion(version: VersionInfo | undefined): boolean {
  return !version?.etag && !version?.generation;
}

/**
 * True where both name the same state of an object. Generations decide where both have one; otherwise the etags, compared
 * verbatim. Two versions that have nothing in common are never the same.
 */
export function isSameVersion(a: VersionInfo, b: VersionInfo): boolean {
  if (a.generation && b.generation) return a.generation === b.generation;
  return Boolean(a.etag) && a.etag === b.etag;
}

// Quoted, or bare without what would make it a list or `*`, which stands for any version.
const sendableEtag = /^(?!\*$)(?=.{1,1024}$)(?:(?:W\/)?"[\x21\x23-\x7e]*"|[\x21\x23-\x2b\x2d-\x7e]+)$/;
const sendableGeneration = /^[\x21\x23-\x2b\x2d-\x7e]{1,1024}$/;

/**
 * True where a version can be sent in a request header and means one state: an entity tag of visible ASCII, of sane length.
 *
 * Anything else was never handed out by a provider. It matches no object, so that there is no reason to send it; a `*` or
 * a list of tags would match more than one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1
 */
export function isSendableVersion({ etag, generation }: VersionInfo): boolean {
  if (!etag && !generation) return false;
  return isEmptyOr(etag, sendableEtag) && isEmptyOr(generation, sendableGeneration);
}

function isEmptyOr(part: unknown, shape: RegExp): boolean {
  return part === undefined || part === '' || (typeof part === 'string' && shape.test(part));
}
