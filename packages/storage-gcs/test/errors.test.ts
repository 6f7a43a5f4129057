import { describe, expect, it } from 'vitest';
import { errorFromAnswer, errorFromSending } from '../src/errors.ts';

const json = (reason: string, message: string, code = 0): string =>
  JSON.stringify({ error: { code, message, errors: [{ domain: 'global', reason, message }] } });

// Bodies as of https://cloud.google.com/storage/docs/json_api/v1/status-codes (seen 2026-11), where it shows them.
const requesterPays = 'Bucket is a requester pays bucket but no user project provided.';
const rows: [string, number, string, { kind: string; retry: string; providerCode?: string; message?: RegExp }][] = [
  [
    'a token that has ended',
    401,
    json('authError', 'Invalid Credentials'),
    { kind: 'unauthenticated', retry: 'after_refresh' },
  ],
  ['no credentials', 401, json('required', 'Login Required'), { kind: 'unauthenticated', retry: 'after_refresh' }],
  // As quoted in n8n-io/n8n#34269 (seen 2026-11); downloads say it in plain text.
  [
    'a right that nobody has without credentials',
    401,
    json(
      'required',
      "Anonymous caller does not have storage.objects.get access. Permission 'x' denied (or it may not exist).",
    ),
    { kind: 'permission_denied', retry: 'no', message: /Anonymous caller/ },
  ],
  [
    'the same as text',
    401,
    'Anonymous caller does not have storage.objects.get access to the Google Cloud Storage object.',
    { kind: 'permission_denied', retry: 'no' },
  ],
  ['a missing right', 403, json('forbidden', 'Forbidden'), { kind: 'permission_denied', retry: 'no' }],
  ['too many requests, as 403', 403, json('rateLimitExceeded', 'slow'), { kind: 'unavailable', retry: 'again' }],
  ['too many of a user, as 403', 403, json('userRateLimitExceeded', 'slow'), { kind: 'unavailable', retry: 'again' }],
  ['too many requests', 429, json('rateLimitExceeded', 'slow'), { kind: 'unavailable', retry: 'again' }],
  [
    'a disabled account',
    403,
    json('accountDisabled', 'The account for the specified project has been disabled.'),
    { kind: 'permission_denied', retry: 'no', message: /billing/ },
  ],
  [
    'a bucket whose reader pays',
    400,
    json('required', requesterPays),
    { kind: 'invalid_options', retry: 'no', message: /`userProject`/ },
  ],
  [
    'the same by its reason',
    400,
    json('userProjectMissing', 'x'),
    { kind: 'invalid_options', retry: 'no', message: /`userProject`/ },
  ],
  [
    'a missing object',
    404,
    json('notFound', 'No such object: b/k'),
    { kind: 'not_found', retry: 'no', providerCode: 'notFound' },
  ],
  ['the same in plain text', 404, 'Not Found', { kind: 'not_found', retry: 'no' }],
  [
    'the same in XML',
    404,
    '<Error><Code>NoSuchKey</Code><Message>no</Message></Error>',
    { kind: 'not_found', retry: 'no' },
  ],
  [
    'a page that somebody else answers with',
    404,
    '<html>404</html>',
    { kind: 'bad_response', retry: 'no', message: /endpoint/ },
  ],
  [
    'a missing bucket',
    404,
    json('notFound', 'The specified bucket does not exist.'),
    { kind: 'invalid_options', retry: 'no', message: /there is no bucket "grids" at https:\/\/gcs\.example\.org \(/ },
  ],
  [
    'an argument that makes no sense',
    400,
    json('invalid', 'Invalid argument.'),
    { kind: 'invalid_options', retry: 'no', message: /Invalid argument/ },
  ],
  [
    'a range past the end, in XML',
    416,
    "<?xml version='1.0'?><Error><Code>InvalidRange</Code><Message>no</Message></Error>",
    { kind: 'invalid_range', retry: 'no', providerCode: 'InvalidRange' },
  ],
  ['a condition that was not asked for', 412, json('conditionNotMet', 'x'), { kind: 'bad_response', retry: 'no' }],
  [
    'a policy of the organisation',
    412,
    json('orgPolicyConstraintFailed', 'x'),
    { kind: 'permission_denied', retry: 'no', providerCode: 'orgPolicyConstraintFailed', message: /policy/ },
  ],
  ['a copy that has to be begun anew', 410, json('gone', 'x'), { kind: 'unavailable', retry: 'again' }],
  ['a change of the same object meanwhile', 409, json('conflict', 'x'), { kind: 'unavailable', retry: 'again' }],
  [
    'a failure inside',
    500,
    json('backendError', 'x'),
    { kind: 'unavailable', retry: 'again', providerCode: 'backendError' },
  ],
  ['a failure without a word', 503, '', { kind: 'unavailable', retry: 'again' }],
  ['a gateway in HTML', 502, '<html><title>502</title></html>', { kind: 'unavailable', retry: 'again' }],
  ['JSON that breaks off', 503, '{"error":', { kind: 'unavailable', retry: 'again' }],
  ['JSON of another shape', 503, '{"error":null}', { kind: 'unavailable', retry: 'again' }],
  [
    'an error of OAuth',
    400,
    '{"error":"invalid_grant","error_description":"no"}',
    { kind: 'unknown', retry: 'no', providerCode: 'invalid_grant' },
  ],
  ['a redirect', 302, '', { kind: 'bad_response', retry: 'no', message: /not followed/ }],
  ['a request that its client gave up', 499, json('', ''), { kind: 'unavailable', retry: 'again' }],
];

const place = { bucket: 'grids', baseUrl: 'https://gcs.example.org' };

describe('errorFromAnswer', () => {
  it.each(rows)('%s', (_, status, text, { message, ...expected }) => {
    const error = errorFromAnswer({ status, headers: {}, text }, place);
    expect(error).toMatchObject({ ...expected, status });
    if (message) expect(error.message).toMatch(message);
  });

  it('hands on what Retry-After asks for', () => {
    const headers = { 'retry-after': '7' };
    expect(errorFromAnswer({ status: 429, headers, text: '' }, place).retryAfterMs).toBe(7_000);
    expect(errorFromAnswer({ status: 403, headers, text: json('rateLimitExceeded', '') }, place).retryAfterMs).toBe(
      7_000,
    );
  });

  it('shows no query of an address that it is told of', () => {
    const text = json('invalid', 'bad https://storage.example/upload?upload_id=SECRET-CAPABILITY here');
    expect(errorFromAnswer({ status: 400, headers: {}, text }, place).message).not.toContain('SECRET');
  });
});

describe('errorFromSending', () => {
  it.each([
    ['UND_ERR_CLOSED', 'closed'],
    ['UND_ERR_DESTROYED', 'closed'],
    ['UND_ERR_SOCKET', 'unavailable'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timeout'],
    ['UND_ERR_INFO', 'unavailable'],
    ['ERR_HTTP2_STREAM_ERROR', 'unavailable'],
    ['ECONNREFUSED', 'unavailable'],
    ['ENOTFOUND', 'unavailable'],
    ['something', 'unknown'],
  ])('%s is %s', (code, kind) => {
    expect(errorFromSending(Object.assign(new Error('x'), { code }))).toMatchObject({ kind });
  });

  it('leaves what is explained already, and copes with anything', () => {
    const explained = errorFromAnswer({ status: 503, headers: {}, text: '' }, place);
    expect(errorFromSending(explained)).toBe(explained);
    for (const thrown of [null, undefined, 'text', 7])
      expect(errorFromSending(thrown)).toMatchObject({ kind: 'unknown' });
  });
});
