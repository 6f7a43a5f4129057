import { describe, expect, it } from 'vitest';
import { s3Target } from '../src/s3.ts';
import { authorise, plainAuth } from '../src/sdk-auth.ts';
import type { SdkRequest } from '../src/sdk-request.ts';
import { keys } from './recording.ts';

const signer = { sign: async (request: SdkRequest) => request };
const sigv4 = {
  httpAuthOption: { schemeId: 'aws.auth#sigv4', signingProperties: { signingName: 's3', signingRegion: 'r' } },
  identity: keys,
  signer,
};
const none = { httpAuthOption: { schemeId: 'smithy.api#noAuth' }, identity: {}, signer };

function contextOf(auth: object | undefined, ...names: readonly string[]): unknown {
  const __smithy_context = { selectedHttpAuthScheme: auth };
  return { __smithy_context, authSchemes: names.map((name) => ({ name })) };
}

function signedFor(signingProperties: Readonly<Record<string, unknown>>, schemeId = 'aws.auth#sigv4'): object {
  return { ...sigv4, httpAuthOption: { schemeId, signingProperties } };
}

describe('plainAuth', () => {
  it('is what one region signs for S3, or nobody', () => {
    const scope = { signingName: 's3', signingRegion: 'r' };
    expect(plainAuth(contextOf(sigv4, 'sigv4'))).toEqual({ signer, scope });
    expect(plainAuth(contextOf(none))).toEqual({ signer });
  });

  it.each<[what: string, context: unknown]>([
    ['sessions of directory buckets', contextOf(signedFor({ signingName: 's3express', signingRegion: 'r' }), 'sigv4')],
    ['a scheme of their own', contextOf(sigv4, 'sigv4-s3express')],
    ['several regions', contextOf(sigv4, 'sigv4a', 'sigv4')],
    [
      'several regions, chosen',
      contextOf(signedFor({ signingName: 's3', signingRegion: 'r' }, 'aws.auth#sigv4a'), 'sigv4'),
    ],
    [
      'functions before the bucket',
      contextOf(signedFor({ signingName: 's3-object-lambda', signingRegion: 'r' }), 'sigv4'),
    ],
    ['outposts', contextOf(signedFor({ signingName: 's3-outposts', signingRegion: 'r' }), 'sigv4')],
    ['no region', contextOf(signedFor({ signingName: 's3' }), 'sigv4')],
    ['no rule', contextOf(sigv4)],
    ['nothing chosen', contextOf(undefined, 'sigv4')],
    ['another SDK', {}],
  ])('is not %s', (_, context) => {
    expect(plainAuth(context)).toBeUndefined();
  });
});

it('asks nobody for keys where none are needed', async () => {
  const { sdk } = s3Target({ bucket: 'b', region: 'r', anonymous: true });
  const request = { method: 'GET', protocol: 'https:', hostname: 'h', path: '/', headers: {} };
  const authorised = await authorise(sdk, { signer }, request);
  expect(authorised).toMatchObject({ request, identity: undefined });
  const err = new Error('x');
  expect(authorised.failed(err)).toBe(err);
  expect(() => authorised.succeeded({ statusCode: 200, headers: {} })).not.toThrow();
});
