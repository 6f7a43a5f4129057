import { pathFault } from './key.ts';

// Everything but the printable ASCII that `object_store` leaves as it is.
const encoded = /[^ !$&'()+,\-.0-9:;=@A-Z_a-z]/u;
const everyEncoded = new RegExp(encoded, 'gu');

/**
 * The stored name of one segment of a path, as the Rust crate `object_store` writes it: `/ \ { ^ } % " > [ ] ~ < # | * ?`,
 * the backtick, control characters and every byte above ASCII become `%XX` in upper case; `.` is `%2E`, `..` is `%2E%2E`.
 *
 * Repositories on Google Cloud Storage, Azure and file systems are interchangeable with other Icechunk clients by it.
 *
 * @param segment Well-formed Unicode: `checkPath` sees to it. A lone surrogate throws a `URIError`.
 * @see https://github.com/apache/arrow-rs-object-store, `src/path/parts.rs` (seen 2026-11)
 */
export function encodeSegment(segment: string): string {
  if (segment === '.') return '%2E';
  if (segment === '..') return '%2E%2E';
  if (!encoded.test(segment)) return segment;
  return segment.replace(everyEncoded, encodeCharacter);
}

/**
 * The segment that is stored under a name; undefined where no segment of a path is.
 *
 * Such a name was not written by an Icechunk client: it is not what {@link encodeSegment} makes of its decoded form (a raw
 * `~`, hex in lower case, bytes that are not UTF-8), or its decoded form holds a `/`, is `.` or `..`, or has control
 * characters, so that asking for it would reach another key or none.
 */
export function decodeSegment(name: string): string | undefined {
  const segment = percentDecode(name);
  if (segment === undefined || segment.includes('/') || pathFault(segment) !== undefined) return undefined;
  return encodeSegment(segment) === name ? segment : undefined;
}

// encodeURIComponent leaves `~` and `*` alone, which `object_store` does not.
function encodeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x80 ? `%${code.toString(16).toUpperCase().padStart(2, '0')}` : encodeURIComponent(character);
}

function percentDecode(name: string): string | undefined {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
