import type { AttemptContext, ParallelMultipart, SequentialMultipart, StorageClient } from '../client.ts';
import type { ClientVerb } from './client-verb.ts';

/** Makes a call that is counted and may meet a fault. */
type FaultyCall = <Request, Answer>(
  verb: ClientVerb,
  request: Request,
  context: AttemptContext,
  send: (request: Request) => Promise<Answer>,
) => Promise<Answer>;

/** The uploads of a client, each call of which goes through `call`. */
export function faultyMultipart(
  inner: NonNullable<StorageClient['multipart']>,
  call: FaultyCall,
): NonNullable<StorageClient['multipart']> {
  return inner.kind === 'sequential' ? faultySequence(inner, call) : faultyParts(inner, call);
}

function faultyParts(inner: ParallelMultipart, call: FaultyCall): ParallelMultipart {
  return {
    kind: 'parallel',
    minPartSizeBytes: inner.minPartSizeBytes,
    maxParts: inner.maxParts,
    start: (request, context) => call('start_upload', request, context, (sent) => inner.start(sent, context)),
    uploadPart: (request, context) => call('upload_part', request, context, (sent) => inner.uploadPart(sent, context)),
    complete: (request, context) => call('complete_upload', request, context, (sent) => inner.complete(sent, context)),
    abort: (request, context) => call('abort_upload', request, context, (sent) => inner.abort(sent, context)),
  };
}

function faultySequence(inner: SequentialMultipart, call: FaultyCall): SequentialMultipart {
  return {
    kind: 'sequential',
    partUnitBytes: inner.partUnitBytes,
    start: (request, context) => call('start_upload', request, context, (sent) => inner.start(sent, context)),
    send: (request, context) => {
      const isLast = request.offset + request.data.byteLength === request.sizeBytes;
      return call(isLast ? 'complete_upload' : 'upload_part', request, context, (sent) => inner.send(sent, context));
    },
    ask: (request, context) => call('ask_upload', request, context, (sent) => inner.ask(sent, context)),
    abort: (request, context) => call('abort_upload', request, context, (sent) => inner.abort(sent, context)),
  };
}
