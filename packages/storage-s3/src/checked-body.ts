import { type ClientBody, isStorageError, StorageError } from '@icechunk/storage-core';

/**
 * A body whose last bytes come once its stream has ended well.
 *
 * A caller's own client compares checksums by default, and says at the end, after every byte, that they differ: whoever had all
 * bytes by then would not hear of it. What comes again from the middle has no checksum, so that such a body is not resumed.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html (seen 2026-11)
 */
export function checkedBody(body: ClientBody): ClientBody {
  return { [Symbol.asyncIterator]: () => upToItsEnd(body), cancel: () => body.cancel() };
}

async function* upToItsEnd(body: ClientBody): AsyncGenerator<Uint8Array> {
  let last: Uint8Array | undefined;
  try {
    for await (const chunk of body) {
      if (last) yield last;
      last = chunk;
    }
  } catch (err) {
    throw isMismatch(err) ? otherBytes(err) : err;
  }
  if (last) yield last;
}

// The SDK gives this failure neither a name nor a code of its own.
function isMismatch(err: unknown): err is StorageError {
  return isStorageError(err) && /^Checksum mismatch/.test(err.cause?.message ?? '');
}

function otherBytes({ cause }: StorageError): StorageError {
  return new StorageError({
    kind: 'bad_response',
    message: 'the bytes do not have the checksum that was named',
    cause,
  });
}
