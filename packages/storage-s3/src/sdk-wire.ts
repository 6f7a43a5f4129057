import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { AttemptContext } from '@icechunk/storage-core';
import { leaveRefusedConnection } from './refused-connection.ts';
import { isRequest } from './sdk-request.ts';
import { sent } from './send.ts';
import type { S3Target } from './target.ts';
import { isTigrisHost, notForTigris } from './tigris-host.ts';
import type { S3Wire, WireAnswer, WireRequest } from './wire.ts';

/** {@link S3Wire} by the SDK's commands: headers go in and come out as they are, and the SDK signs and sends. */
export class SdkWire implements S3Wire {
  readonly #target: S3Target;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(target: S3Target) {
    this.#target = target;
    this.#headers = target.requesterPays ? { 'x-amz-request-payer': 'requester' } : {};
  }

  async send(request: WireRequest, { signal }: AttemptContext): Promise<WireAnswer> {
    const command = commandFor(request, this.#target);
    const headOf = withHeaders(command, { ...this.#headers, ...request.headers });
    if (this.#target.isCallersClient) refuseTigris(command);
    const answer = this.#target.sdk.send(command, { abortSignal: signal });
    const { Body } = await sent(this.#target, answer, { isHead: request.method === 'HEAD', hint: request.hint });
    const { statusCode: status, headers } = headOf();
    return {
      status,
      headers,
      isCheckedAtEnd: this.#target.isCallersClient,
      ...(request.method === 'GET' && Body && { body: Body as NonNullable<WireAnswer['body']> }),
    };
  }
}

// The three commands are sent in one way, which the overloads of the SDK's `send` do not say.
function commandFor({ method, key, data }: WireRequest, target: S3Target): GetObjectCommand {
  const place = { Bucket: target.bucket, Key: key };
  if (method === 'GET') return new GetObjectCommand(place);
  if (method === 'HEAD') return new HeadObjectCommand(place) as unknown as GetObjectCommand;
  const checksum = target.checksumAlgorithm && { ChecksumAlgorithm: target.checksumAlgorithm };
  return new PutObjectCommand({ ...place, Body: data ?? new Uint8Array(), ...checksum }) as unknown as GetObjectCommand;
}

// Where a caller's own client goes is known once it has a request.
function refuseTigris(command: GetObjectCommand): void {
  command.middlewareStack.add(
    (next) => async (args) => {
      if (isRequest(args.request) && isTigrisHost(args.request.hostname)) throw notForTigris();
      return await next(args);
    },
    { step: 'build', name: 'icechunkNotForTigris' },
  );
}

interface ResponseHead {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends `headers` with a command. @returns What gives the answer's head, once it has come. */
function withHeaders(command: GetObjectCommand, headers: Readonly<Record<string, string>>): () => ResponseHead {
  let head: ResponseHead = { statusCode: 0, headers: {} };
  command.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { readonly headers: object }).headers, headers);
      return next(args);
    },
    // Before the length, the checksum and the signature are made.
    { step: 'build', name: 'icechunkRequestHeaders', priority: 'high' },
  );
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      head = result.response as ResponseHead;
      leaveRefusedConnection(result.response);
      return result;
    },
    { step: 'deserialize', name: 'icechunkResponseHead', priority: 'low' },
  );
  return () => head;
}
