import type { RequestBody } from './http.ts';

// Copying so few bytes costs less than another write to the socket.
const LARGEST_COPY_BYTES = 65_536;

// The connection's idle timeout begins anew with each: at 18 KiB a second one takes 58 s. Smaller ones cost more CPU: at 256 KiB a third
// more than the whole at once, at 1 MiB a twentieth.
const SLICE_BYTES = 1_048_576;

/** Parts as one body with its length: joined where they are small, else handed over slice by slice and not copied. */
export function bodyOf(parts: readonly Uint8Array[]): {
  readonly body: RequestBody;
  readonly headers: { readonly 'content-length': string };
} {
  const sizeBytes = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const body = sizeBytes <= LARGEST_COPY_BYTES ? joined(parts, sizeBytes) : slicesOf(parts);
  return { body, headers: { 'content-length': String(sizeBytes) } };
}

function joined(parts: readonly Uint8Array[], sizeBytes: number): Uint8Array {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.byteLength;
  }
  return bytes;
}

async function* slicesOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts)
    for (let offset = 0; offset < part.byteLength; offset += SLICE_BYTES)
      yield part.subarray(offset, offset + SLICE_BYTES);
}
