import type { S3Client } from '@aws-sdk/client-s3';
import { StorageError } from '@icechunk/storage-core';
import type { HeaderOptions } from './options.ts';
import { isRequest } from './sdk-request.ts';

/** The headers of a user's that go along, names in lower case. */
export interface ExtraHeaders {
  readonly read: Readonly<Record<string, string>>;
  /** With what writes. */
  readonly write: Readonly<Record<string, string>>;
  /** With what makes an object, beside `write`. */
  readonly create: Readonly<Record<string, string>>;
}

const OWNED: readonly (readonly [RegExp, string])[] = [
  [/^(?:authorization|x-amz-(?:date|content-sha256|security-token|region-set|s3session-token))$/, 'is made by signing'],
  [/^(?:host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|keep-alive)$/, 'is made by sending'],
  // Compressed on its way, a body would not have the bytes of its object.
  [/^accept-encoding$/, 'is made by sending'],
  [/^(?:range|if-.*|x-amz-copy-source.*|x-amz-metadata-directive)$/, 'is made for each request'],
  [
    /^(?:content-type|content-md5|x-amz-checksum-.*|x-amz-sdk-.*|x-amz-trailer|amz-sdk-.*)$/,
    'is made for each request',
  ],
  [/^x-amz-meta-.*$/, 'is metadata of one object: give it to putObject'],
  [/^x-amz-storage-class$/, 'is what settings.storageClass is for'],
  [/^x-amz-request-payer$/, 'is what requesterPays is for'],
];

// AWS answers 400 to some of them with requests that make no object: parts (https://github.com/aws/aws-sdk-java/issues/1876) and
// completions (https://github.com/ClickHouse/ClickHouse/issues/64570), both seen 2026-11.
const OF_OBJECTS =
  /^(?:x-amz-(?:acl|grant-.*|tagging|object-lock-.*|website-redirect-location|server-side-encryption(?!-customer).*)|cache-control|expires|content-(?:disposition|encoding|language))$/;

const CREATING: ReadonlySet<string> = new Set([
  'PutObjectCommand',
  'CopyObjectCommand',
  'CreateMultipartUploadCommand',
]);

/**
 * A user's headers, sorted by the requests that they go with: `readHeaders` and `writeHeaders` win over `headers`.
 *
 * @param required Names that the service itself needs, which a user cannot give.
 * @throws {@link StorageError} `invalid_options` for a name that signing, sending or this package makes. No value stands in it.
 */
export function sortHeaders(options: HeaderOptions, required: Partial<ExtraHeaders> = {}): ExtraHeaders {
  const owned = new Set([...Object.keys(required.read ?? {}), ...Object.keys(required.write ?? {})]);
  const [all, read, write] = (['headers', 'readHeaders', 'writeHeaders'] as const).map((name) =>
    lowerCased(name, options[name] ?? {}, owned),
  ) as [Record<string, string>, Record<string, string>, Record<string, string>];
  const writing = Object.entries({ ...all, ...write });
  return {
    read: { ...all, ...read, ...required.read },
    write: { ...Object.fromEntries(writing.filter(([name]) => !OF_OBJECTS.test(name))), ...required.write },
    create: Object.fromEntries(writing.filter(([name]) => OF_OBJECTS.test(name))),
  };
}

function lowerCased(option: string, headers: Readonly<Record<string, string>>, owned: ReadonlySet<string>) {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  for (const [name] of entries) {
    const reason = owned.has(name) ? 'is what the service needs' : OWNED.find(([names]) => names.test(name))?.[1];
    if (reason !== undefined) throw invalid(`${option} must not hold ${name}, which ${reason}`);
  }
  if (new Set(entries.map(([name]) => name)).size < entries.length) throw invalid(`${option} holds a name twice`);
  return Object.fromEntries(entries);
}

/** Lets every request of an SDK client carry the headers, before it is signed. */
export function addHeaders(sdk: S3Client, { read, write, create }: ExtraHeaders): void {
  if ([read, write, create].every((headers) => Object.keys(headers).length === 0)) return;
  sdk.middlewareStack.add(
    (next, context) => async (args) => {
      if (isRequest(args.request)) {
        const { method, headers } = args.request;
        const isRead = method === 'GET' || method === 'HEAD';
        Object.assign(headers, isRead ? read : write, !isRead && CREATING.has(context.commandName ?? '') && create);
      }
      return await next(args);
    },
    { step: 'build', name: 'icechunkHeaders' },
  );
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
