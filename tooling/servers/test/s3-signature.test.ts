import { expect, it } from 'vitest';
import { describeWithServer } from '../src/index.ts';
import { s3Signature } from '../src/s3-signature.ts';

describeWithServer('minio', 's3Signature', (server) => {
  const status = async (method: string, signedMethod: string, path: string, signedPath: string): Promise<number> => {
    const bucket = await server.createBucket();
    const url = new URL(`${server.url}/${bucket}${signedPath}`);
    const headers = s3Signature({ ...server, method: signedMethod, url, at: new Date() });
    return (await fetch(`${server.url}/${bucket}${path}`, { method, headers })).status;
  };

  it.each([
    ['PUT', 'PUT', '/a%20b', '/a%20b', 200],
    ['PUT', 'PUT', '/b', '/c', 403],
    ['PUT', 'GET', '/b', '/b', 403],
  ])('%s, signed as %s, of %s, signed as %s: %i', async (method, signedMethod, path, signedPath, expected) => {
    expect(await status(method, signedMethod, path, signedPath)).toBe(expected);
  });
});
