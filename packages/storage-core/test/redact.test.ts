import { describe, expect, it } from 'vitest';
import { redact } from '../src/redact.ts';

describe('redact', () => {
  it.each([
    ['GET https://h/b/k?X-Amz-Signature=abc&x=1 failed', 'GET https://h/b/k failed'],
    ['https://u:p@h/k#t', 'https://h/k'],
    ['"http://h?sas=1", then', '"http://h", then'],
    ['is a/b? no', 'is a/b? no'],
    [
      'PUT /b/k?x=1&X-Amz-Signature=abc&X-Amz-Security-Token=def== failed',
      'PUT /b/k?x=1&X-Amz-Signature=…&X-Amz-Security-Token=… failed',
    ],
    ['/c/b?sv=1&sig=a%2Fb', '/c/b?sv=1&sig=…'],
    ['AccountName=n;AccountKey=abc==;EndpointSuffix=x', 'AccountName=n;AccountKey=…;EndpointSuffix=x'],
    [
      'Headers.append: "Bearer ya29.a-b_c0\n56789" is an invalid header value.',
      'Headers.append: "…" is an invalid header value.',
    ],
    ['Invalid header value: "FwoGZXIvYXdz\n56789"', 'Invalid header value: "…"'],
    ['authorization: Bearer ya29.a-b_c0123456789', 'authorization: Bearer …'],
    ['getCredentials failed: Bearer Zk3p9QxL refused', 'getCredentials failed: Bearer … refused'],
    ['a Bearer token is missing', 'a Bearer token is missing'],
    ['authorization: Basic dXNlcjpwYXNz', 'authorization: Basic …'],
    ['x-amz-security-token: FwoGZXIvYXdz, x-amz-date: 1', 'x-amz-security-token: …, x-amz-date: 1'],
    ['AWS_SECRET_ACCESS_KEY=wJalr/XUtn AWS_SESSION_TOKEN=Fwo', 'AWS_SECRET_ACCESS_KEY=… AWS_SESSION_TOKEN=…'],
    ['aws_secret_access_key = wJalr/XUtn', 'aws_secret_access_key = …'],
    ['client_secret=GOCSPX-a&refresh_token=1//0g&grant=x', 'client_secret=…&refresh_token=…&grant=x'],
    ['{"password":"a\\"b","client_secret": "G","n":1}', '{"password":"…","client_secret": "…","n":1}'],
    ["{ secretAccessKey: 'wJalr', region: 'x' }", '{ secretAccessKey: "…", region: \'x\' }'],
    ['{"private_key":"-----BEGIN PRIVATE KEY-----\\nMIIE\\n"}', '{"private_key":"…"}'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x', '… x'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE', '…'],
    ['https://user:p@ss@host/x failed', 'https://host/x failed'],
    [
      'authorization: AWS4-HMAC-SHA256 Credential=AK/1, Signature=abc',
      'authorization: AWS4-HMAC-SHA256 Credential=…, Signature=…',
    ],
    ['SharedKey account:abc+/=', 'SharedKey …'],
    ['the bearer of news', 'the bearer of news'],
    ['the signature is not what', 'the signature is not what'],
    ['Basic authentication is not offered', 'Basic authentication is not offered'],
    ['Basic Authentication is not offered', 'Basic Authentication is not offered'],
    ['the token: it has expired', 'the token: it has expired'],
    ['accessKeyId=AKIA design=5', 'accessKeyId=AKIA design=5'],
  ])('%j becomes %j', (text, redacted) => {
    expect(redact(text)).toBe(redacted);
    // An error that is given more context is redacted again.
    expect(redact(redacted)).toBe(redacted);
  });
});
