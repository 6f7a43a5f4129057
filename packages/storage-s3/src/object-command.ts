import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Target } from './target.ts';
import type { WireRequest } from './wire.ts';

/** The SDK's command for a request, which carries its headers and the target's. */
export function objectCommand(request: WireRequest, target: S3Target): GetObjectCommand {
  const command = commandFor(request, target);
  const headers = { ...(target.requesterPays && { 'x-amz-request-payer': 'requester' }), ...request.headers };
  command.middlewareStack.add(
    (next) => (args) => {
      Object.assign((args.request as { readonly headers: object }).headers, headers);
      return next(args);
    },
    // Before the length, the checksum and the signature are made.
    { step: 'build', name: 'icechunkRequestHeaders', priority: 'high' },
  );
  return command;
}

// The three commands are sent in one way, which the overloads of the SDK's `send` do not say.
function commandFor({ method, key, data }: WireRequest, target: S3Target): GetObjectCommand {
  const place = { Bucket: target.bucket, Key: key };
  if (method === 'GET') return new GetObjectCommand(place);
  if (method === 'HEAD') return new HeadObjectCommand(place) as unknown as GetObjectCommand;
  const checksum = target.checksumAlgorithm && { ChecksumAlgorithm: target.checksumAlgorithm };
  return new PutObjectCommand({ ...place, Body: data ?? new Uint8Array(), ...checksum }) as unknown as GetObjectCommand;
}
