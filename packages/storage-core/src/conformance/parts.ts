import type { StorageSettings } from '../settings.ts';
import type { FaultyClient } from './faulty-client.ts';
import type { SeededRandom } from './seeded-random.ts';

/** For clients that are not seen: what S3 and all that speak its language take, and more than the others ask for. */
const largestMinimumBytes = 5 * 1024 * 1024;

/** Where a client asks for nothing: small, and no divisor of anything. */
const smallestPartBytes = 1_021;

/** The size of so many parts as {@link settingsForParts} cuts them. */
export function partsOf(client: FaultyClient | undefined, parts: number): number {
  const minimumBytes = client ? smallestOf(client) : largestMinimumBytes;
  return parts * Math.max(minimumBytes, smallestPartBytes);
}

function smallestOf({ multipart }: FaultyClient): number {
  return (multipart?.kind === 'sequential' ? multipart.partUnitBytes : multipart?.minPartSizeBytes) ?? 0;
}

/** Settings under which objects from one part on are uploaded in the smallest parts that the client takes. */
export function settingsForParts(client: FaultyClient | undefined): StorageSettings {
  const partSizeBytes = partsOf(client, 1);
  return {
    minimumSizeForMultipartUpload: partSizeBytes,
    concurrency: { idealConcurrentRequestSize: partSizeBytes, maxConcurrentRequestsForObject: 4 },
  };
}

/** Bytes that are all the same, for cases that are about anything but the order of parts. */
export function evenBytes(sizeBytes: number, random: SeededRandom): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sizeBytes).fill(1 + random.below(255));
}
