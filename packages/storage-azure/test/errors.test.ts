import { StorageError as CoreError, type StorageError } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { AzureStorageClient } from '../src/client.ts';
import { errorFromAzure, failureOf } from '../src/errors.ts';
import { listPage } from '../src/list.ts';
import { azureError, context, useScripted } from './scripted.ts';
import { anonymousContainer, targetOf } from './target.ts';

/** Codes and statuses: https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes and .../common-rest-api-error-codes (seen 2026-11). */
const answers = [
  [400, 'InvalidMetadata', 'invalid_options', 'no'],
  [400, 'InvalidUri', 'invalid_path', 'no'],
  [400, 'InvalidAuthenticationInfo', 'unauthenticated', 'after_refresh'],
  [401, 'NoAuthenticationInformation', 'unauthenticated', 'after_refresh'],
  [403, 'AuthenticationFailed', 'unauthenticated', 'after_refresh'],
  [403, 'AuthorizationFailure', 'permission_denied', 'no'],
  [403, 'AuthorizationPermissionMismatch', 'permission_denied', 'no'],
  [403, 'AuthorizationSourceIPMismatch', 'permission_denied', 'no'],
  [403, 'InsufficientAccountPermissions', 'permission_denied', 'no'],
  [403, 'AccountIsDisabled', 'permission_denied', 'no'],
  [404, 'BlobNotFound', 'not_found', 'no'],
  [409, 'ContainerBeingDeleted', 'invalid_options', 'no'],
  [409, 'AccountBeingCreated', 'unavailable', 'again'],
  [409, 'BlobBeingRehydrated', 'unavailable', 'no'],
  [409, 'BlobArchived', 'unavailable', 'no'],
  [409, 'PendingCopyOperation', 'unavailable', 'again'],
  [409, 'BlobImmutableDueToPolicy', 'permission_denied', 'no'],
  [409, 'PublicAccessNotPermitted', 'permission_denied', 'no'],
  [409, 'InvalidBlobType', 'unsupported', 'no'],
  [409, 'SnapshotsPresent', 'unknown', 'no'],
  [412, 'LeaseIdMissing', 'permission_denied', 'no'],
  [416, 'InvalidRange', 'invalid_range', 'no'],
  [429, 'TooManyRequests', 'unavailable', 'again'],
  [500, 'OperationTimedOut', 'unavailable', 'again'],
  [500, 'InternalError', 'unavailable', 'again'],
  [503, 'ServerBusy', 'unavailable', 'again'],
] as const;

describe('errorFromAzure', () => {
  const scripted = useScripted();

  it.each(answers)(
    'takes %i %s for %s, retry %s, from a GET and from a HEAD, which has no body',
    async (status, code, kind, retry) => {
      const { server, client } = scripted;
      server.next(azureError(status, code), azureError(status, code));
      const errors = [await caught(client.get({ key: 'a' }, context)), await caught(client.head('a', context))];
      for (const error of errors) expect(error).toMatchObject({ kind, retry, status, providerCode: code });
      expect(errors[0]?.message).toContain(`Words about ${code}.`);
      expect(errors[0]?.message).not.toContain('RequestId');
    },
  );

  it('names a container that there is not, and its service, for every operation', async () => {
    const { server, client } = scripted;
    server.respond(() => azureError(404, 'ContainerNotFound'));
    const data = new Uint8Array(1);
    const part = { key: 'a', uploadId: 'u', partNumber: 1, data };
    const [deleted] = await client.delete(['a'], context);
    const errors = [
      await caught(client.get({ key: 'a' }, context)),
      await caught(client.head('a', context)),
      await caught(client.put({ key: 'a', data }, context)),
      await caught(client.copy({ fromKey: 'a', toKey: 'b' }, context)),
      await caught(listPage(anonymousContainer(server.url), { keyPrefix: '' }, context)),
      await caught(client.multipart.uploadPart(part, context)),
      deleted?.error,
    ];
    const detail = `there is no container "container" at ${server.url}`;
    const expected = { kind: 'invalid_options', retry: 'no', status: 404, providerCode: 'ContainerNotFound', detail };
    for (const error of errors) expect(error).toMatchObject(expected);
  });

  it('takes what Azurite answers to a wrong key for refused credentials', async () => {
    const words =
      'Server failed to authenticate the request. Make sure the value of the Authorization header is right.';
    scripted.server.next({
      ...azureError(403, 'AuthorizationFailure'),
      body: `<?xml version="1.0"?><Error><Code>AuthorizationFailure</Code><Message>${words}</Message></Error>`,
    });
    expect(await caught(scripted.client.get({ key: 'a' }, context))).toMatchObject({
      ...{ kind: 'unauthenticated', retry: 'after_refresh', status: 403, providerCode: 'AuthorizationFailure' },
      message: expect.stringContaining('failed to authenticate'),
    });
  });

  it('waits as long as Retry-After asks', async () => {
    scripted.server.next(azureError(503, 'ServerBusy', { 'retry-after': '7' }));
    expect(await caught(scripted.client.get({ key: 'a' }, context))).toMatchObject({ retryAfterMs: 7_000 });
  });

  it('goes by the status where something between here and Azure answers', async () => {
    scripted.server.next({ status: 502, headers: { 'content-type': 'text/html' }, body: '<html><p>Bad gateway' });
    expect(await caught(scripted.client.get({ key: 'a' }, context))).toMatchObject({
      kind: 'unavailable',
      status: 502,
    });
  });

  it('takes no page of somebody else for a missing object', async () => {
    const { server, client } = scripted;
    server.respond(() => ({
      status: 404,
      headers: { 'content-type': 'text/html' },
      body: '\n<html>no such site</html>',
    }));
    const [deleted] = await client.delete(['a'], context);
    const errors = [
      await caught(client.get({ key: 'a' }, context)),
      await caught(client.copy({ fromKey: 'a', toKey: 'b' }, context)),
      deleted?.error,
    ];
    // Without a type, and as XML that is none, it is the SDK that fails.
    server.next(
      { status: 404, body: '<html>' },
      { status: 404, headers: { 'content-type': 'text/xml' }, body: '<html>' },
    );
    errors.push(await caught(client.get({ key: 'a' }, context)), await caught(client.get({ key: 'a' }, context)));
    for (const error of errors) expect(error).toMatchObject({ kind: 'bad_response', retry: 'no', status: 404 });
    // It has no body, so that nothing tells.
    expect(await caught(client.head('a', context))).toMatchObject({ kind: 'not_found' });
  });

  it('takes a reset for a connection that broke', async () => {
    scripted.server.next({ resetBeforeAnswer: true });
    const error = await caught(scripted.client.get({ key: 'a' }, context));
    expect(error).toMatchObject({ kind: 'unavailable', retry: 'again', providerCode: 'ECONNRESET' });
  });

  it('takes an endpoint where nothing listens for unavailable', async () => {
    const gone = await startScriptedServer();
    await gone.close();
    const client = new AzureStorageClient(targetOf(anonymousContainer(gone.url)));
    expect(await caught(client.head('a', context))).toMatchObject({
      kind: 'unavailable',
      providerCode: 'ECONNREFUSED',
    });
  });

  it('keeps nothing of a refused signature but Azure’s first line', async () => {
    const signature = 'c2VjcmV0c2lnbmF0dXJlc2VjcmV0';
    const detail = `<AuthenticationErrorDetail>The MAC signature found in the HTTP request '${signature}' is not the same</AuthenticationErrorDetail>`;
    scripted.server.next({
      status: 403,
      headers: { 'content-type': 'application/xml' },
      body: `<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate.\n${signature}</Message>${detail}</Error>`,
    });
    const error = await caught(scripted.client.get({ key: 'a' }, context));
    expect(error).toMatchObject({ kind: 'unauthenticated', retry: 'after_refresh' });
    expect(error.message).toContain('Server failed to authenticate.');
    expect(leaksOf(error, { signature })).toEqual([]);
  });

  it.each([
    ['AbortError', 'unavailable', 'again'],
    ['RangeError', 'bad_response', 'again'],
    ['CredentialUnavailableError', 'unauthenticated', 'no'],
    ['AuthenticationError', 'unauthenticated', 'no'],
    ['AggregateAuthenticationError', 'unauthenticated', 'no'],
    ['Error', 'unknown', 'no'],
  ])('takes a %s without an answer for %s', (name, kind, retry) => {
    expect(errorFromAzure(Object.assign(new Error('x'), { name }))).toMatchObject({ kind, retry });
  });

  it('says what a token over plain http needs', () => {
    const sdks = new Error('Bearer token authentication is not permitted for non-TLS protected (non-https) URLs.');
    expect(errorFromAzure(sdks)).toMatchObject({ kind: 'invalid_options' });
  });

  it('passes what is a StorageError already, and takes anything for a failure', () => {
    const error = new CoreError({ kind: 'timeout', message: 'late' });
    expect(errorFromAzure(error)).toBe(error);
    for (const odd of [undefined, null, 'text', 7]) expect(errorFromAzure(odd).kind).toBe('unknown');
  });
});

describe('failureOf', () => {
  it('says nothing of what is no answer', () => {
    for (const odd of [undefined, null, 'text', new Error('x'), { code: 'ECONNRESET' }])
      expect(failureOf(odd)).toEqual({});
  });
});

async function caught(promise: Promise<unknown>): Promise<StorageError> {
  return await promise.then(
    (value) => expect.fail(`expected a failure, saw ${JSON.stringify(value)}`),
    (err: StorageError) => err,
  );
}
