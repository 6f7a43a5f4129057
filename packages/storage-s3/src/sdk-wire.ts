import type { GetObjectCommand } from '@aws-sdk/client-s3';
import type { AttemptContext } from '@icechunk/storage-core';
import { objectCommand } from './object-command.ts';
import { leaveRefusedConnection } from './refused-connection.ts';
import { streamOf } from './sdk-answer.ts';
import { isRequest, type SdkResponse } from './sdk-request.ts';
import { sent } from './send.ts';
import type { S3Target } from './target.ts';
import { isTigrisHost, notForTigris } from './tigris-host.ts';
import type { S3Wire, WireAnswer, WireRequest } from './wire.ts';

/** {@link S3Wire} by the SDK's commands: headers go in and come out as they are, and the SDK signs and sends. */
export class SdkWire implements S3Wire {
  readonly #target: S3Target;

  constructor(target: S3Target) {
    this.#target = target;
  }

  async send(request: WireRequest, { signal }: AttemptContext): Promise<WireAnswer> {
    const command = objectCommand(request, this.#target);
    const headOf = keepHead(command);
    if (this.#target.isCallersClient) refuseTigris(command);
    const answer = this.#target.sdk.send(command, { abortSignal: signal });
    const { Body } = await sent(this.#target, answer, { isHead: request.method === 'HEAD', hint: request.hint });
    const { statusCode: status, headers } = headOf();
    const body = request.method === 'GET' ? streamOf(Body) : undefined;
    return {
      status,
      headers,
      isCheckedAtEnd: this.#target.isCallersClient,
      ...(body && { body }),
    };
  }
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

/** @returns What gives the answer's head, once it has come. */
function keepHead(command: GetObjectCommand): () => Pick<SdkResponse, 'statusCode' | 'headers'> {
  let head: Pick<SdkResponse, 'statusCode' | 'headers'> = { statusCode: 0, headers: {} };
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      head = result.response as SdkResponse;
      leaveRefusedConnection(result.response);
      return result;
    },
    { step: 'deserialize', name: 'icechunkResponseHead', priority: 'low' },
  );
  return () => head;
}
