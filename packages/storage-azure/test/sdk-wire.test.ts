import { describe, expect, it } from 'vitest';
import { SdkWire } from '../src/sdk-wire.ts';
import { bytesOf, context, useScripted } from './scripted.ts';
import { anonymousContainer } from './target.ts';

describe('SdkWire', () => {
  const scripted = useScripted();

  it('is what sends all through a container of the caller’s', async () => {
    const { server } = scripted;
    const wire = new SdkWire(anonymousContainer(server.url));
    const headers = { etag: '"1"', 'content-length': '3', 'x-ms-meta-One': '1' };
    server.next({ headers, body: new Uint8Array([1, 2, 3]) }, { headers }, { status: 201, headers: { etag: '"2"' } });
    const { body, ...answer } = await wire.get({ key: 'a', conditions: {} }, context.signal);
    expect(answer).toMatchObject({ status: 200, etag: '"1"', contentLength: 3, metadata: { one: '1' } });
    expect(await bytesOf(body as AsyncIterable<Uint8Array>)).toEqual([1, 2, 3]);
    expect(await wire.head({ key: 'a', conditions: {} }, context.signal)).toMatchObject({ contentLength: 3 });
    const write = { key: 'a', data: new Uint8Array(1), attributes: {}, conditions: {} };
    expect(await wire.put(write, context.signal)).toMatchObject({ etag: '"2"' });
    expect(server.requests.map(({ method }) => method)).toEqual(['GET', 'HEAD', 'PUT']);
  });
});
