import { createHash, createHmac } from 'node:crypto';

/** A request to an S3 server with `UNSIGNED-PAYLOAD`, as it is to be signed. */
export interface S3Request {
  readonly method: string;
  /** With a path whose parts are percent-encoded as S3 does it; a query is not supported. */
  readonly url: URL;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly at: Date;
}

/**
 * The headers that sign a request, to be sent beside its own.
 *
 * Source: docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html (seen 2026-11).
 */
export function s3Signature(request: S3Request): Record<string, string> {
  const { method, url, accessKeyId, secretAccessKey, region } = request;
  const time = request.at.toISOString().replace(/[-:]|\.\d+/g, '');
  const day = time.slice(0, 8);
  const names = 'host;x-amz-content-sha256;x-amz-date';
  const headers = `host:${url.host}\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:${time}\n`;
  const canonical = [method, url.pathname, '', headers, names, 'UNSIGNED-PAYLOAD'].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const hash = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', time, scope, hash].join('\n');
  const keyParts = [day, region, 's3', 'aws4_request'];
  const key = keyParts.reduce<string | Buffer>((from, part) => hmac(from, part), `AWS4${secretAccessKey}`);
  const signature = hmac(key, toSign).toString('hex');
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
    'x-amz-date': time,
  };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
