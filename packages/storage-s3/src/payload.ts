import type { S3Client } from '@aws-sdk/client-s3';
import { isRequest } from './sdk-request.ts';

/**
 * Lets the signatures of uploads leave out their bytes: to hash them costs 3 ms of processor time for each MiB, and over TLS
 * nobody can change them.
 *
 * @param overHttp Whether they do so over plain http as well, which a profile may name and only a request shows.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html (seen 2026-11)
 */
export function leavePayloadUnsigned(sdk: S3Client, overHttp: boolean): void {
  sdk.middlewareStack.add(
    (next) => async (args) => {
      if (isRequest(args.request)) {
        const { method, protocol, headers, body } = args.request;
        const isUpload = method === 'PUT' && body !== undefined;
        if (isUpload && (overHttp || protocol === 'https:')) headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      }
      return await next(args);
    },
    { step: 'build', name: 'icechunkUnsignedPayload' },
  );
}
