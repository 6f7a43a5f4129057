import { createHash, createHmac } from 'node:crypto';
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { s3Storage } from '@icechunk/storage-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { bareHttp, type PrepareRequest } from './bare-http.ts';
import type { CloudContender, OpenContender } from './contender.ts';
import { storageContender } from './storage-contender.ts';

/** Where the bucket is. */
interface S3Place {
  readonly endpointUrl: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const ours = 'ours';
export const rawSdk = 'raw SDK';
export const rawSdkNoChecksums = 'raw SDK, checksums off';
export const floor = 'undici, presigned';

const MEBIBYTE = 1024 * 1024;

export const open: OpenContender = async (name, argument) => {
  const place = argument as S3Place;
  if (name === ours) return storageContender(s3Storage({ ...place, allowHttp: true, forcePathStyle: true }));
  if (name === floor) return bareHttp(place.endpointUrl, presigned(place));
  const checksums = name === rawSdkNoChecksums ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
  return raw(place, { requestChecksumCalculation: checksums, responseChecksumValidation: checksums });
};

/** The SDK as its documentation shows it. */
function raw({ endpointUrl, region, bucket, ...credentials }: S3Place, config: S3ClientConfig): CloudContender {
  const client = new S3Client({ endpoint: endpointUrl, region, credentials, forcePathStyle: true, ...config });
  const get = async (key: string, range?: string): Promise<number> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range }));
    return (await Body?.transformToByteArray())?.byteLength ?? 0;
  };
  return {
    get,
    getRange: (key, start, end) => get(key, `bytes=${start}-${end - 1}`),
    put: async (key, data) => void (await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: data }))),
    putLarge: (key, data) => putInParts(client, bucket, key, data),
    list: async (prefix) => {
      let count = 0;
      for await (const { Contents } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${prefix}/` })) {
        count += Contents?.length ?? 0;
      }
      return count;
    },
    delete: async (keys) => {
      for (let start = 0; start < keys.length; start += 1_000) {
        const Objects = keys.slice(start, start + 1_000).map((Key) => ({ Key }));
        const { Errors } = await client.send(
          new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
        );
        if (Errors?.length) throw new Error(Errors[0]?.Code);
      }
    },
  };
}

async function putInParts(client: S3Client, Bucket: string, Key: string, data: Uint8Array): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const partBytes = 12 * MEBIBYTE;
  const parts = Array.from({ length: Math.ceil(data.byteLength / partBytes) }, async (_, index) => {
    const Body = data.subarray(index * partBytes, (index + 1) * partBytes);
    const PartNumber = index + 1;
    const part = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    return { ETag: part.ETag, PartNumber, ChecksumCRC32: part.ChecksumCRC32 };
  });
  const MultipartUpload = { Parts: await Promise.all(parts) };
  await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
}

function presigned({ endpointUrl, region, bucket, ...credentials }: S3Place): PrepareRequest {
  const signer = new SignatureV4({ service: 's3', region, credentials, sha256: Sha256 as never, uriEscapePath: false });
  const { protocol, hostname, port, host } = new URL(endpointUrl);
  return async (verb, key) => {
    const path = `/${bucket}/${key}`;
    const method = verb === 'get' ? 'GET' : 'PUT';
    const request = { method, protocol, hostname, port: Number(port), path, query: {}, headers: { host, ...unsigned } };
    const { query } = await signer.presign(request as never, { expiresIn: 3_600 });
    return { method, url: `${endpointUrl}${path}?${new URLSearchParams(query as Record<string, string>)}` };
  };
}

// The bodies are not hashed: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html (seen 2026-11).
const unsigned = { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };

/** What the signer wants of a hash. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | Uint8Array) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret);
  }

  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}
