import { describe, expect, it } from 'vitest';
import { errorFromNetwork } from '../src/network-errors.ts';

const failed = (code: string, more: object = {}): Error => Object.assign(new Error('failed'), { code, ...more });

describe('errorFromNetwork', () => {
  it.each([
    ['ECONNRESET', 'unavailable', 'again'],
    ['EPIPE', 'unavailable', 'again'],
    ['ECONNREFUSED', 'unavailable', 'again'],
    ['ENOTFOUND', 'unavailable', 'again'],
    ['ENETUNREACH', 'unavailable', 'again'],
    ['ETIMEDOUT', 'timeout', 'again'],
    ['UND_ERR_BODY_TIMEOUT', 'timeout', 'again'],
    ['HPE_INVALID_CONSTANT', 'bad_response', 'again'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'unavailable', 'no'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'unavailable', 'no'],
  ])('%s is %s, tried %s', (code, kind, retry) => {
    expect(errorFromNetwork(failed(code))).toMatchObject({ kind, retry, providerCode: code });
  });

  it('goes by the code and not by the name', () => {
    expect(errorFromNetwork(failed('ECONNRESET', { name: 'TimeoutError' }))).toMatchObject({ kind: 'unavailable' });
  });

  it('says which host it was, where Node does', () => {
    expect(errorFromNetwork(failed('ENOTFOUND', { hostname: 'storage.exmaple' }))?.detail).toMatch(
      /: "storage.exmaple"$/,
    );
    expect(errorFromNetwork(failed('ECONNREFUSED', { address: '127.0.0.1', port: 9 }))?.detail).toMatch(
      /: 127.0.0.1:9$/,
    );
  });

  it('finds plain http behind a general failure of TLS', () => {
    const error = errorFromNetwork(failed('EPROTO', { message: 'ssl3_get_record:wrong version number' }));
    expect(error).toMatchObject({ retry: 'no', detail: expect.stringContaining('plain http') });
  });

  it('looks through causes and through the addresses of one host', () => {
    const all = new AggregateError([failed('ECONNREFUSED'), failed('ENETUNREACH')]);
    expect(errorFromNetwork(new TypeError('fetch failed', { cause: all }))).toMatchObject({
      providerCode: 'ECONNREFUSED',
    });
  });

  it('ends where a cause leads back to itself', () => {
    const loop = failed('X');
    Object.assign(loop, { cause: loop });
    expect(errorFromNetwork(loop)).toBeUndefined();
  });

  it.each([undefined, null, 'ECONNRESET', new Error('x'), failed('toString'), { code: 503 }])('leaves %s', (err) => {
    expect(errorFromNetwork(err)).toBeUndefined();
  });
});
