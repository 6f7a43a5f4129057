import { createHttpHeaders } from '@azure/core-rest-pipeline';
import { objectStoreKeys } from '@icechunk/storage-core';
import { describeWithServer, type ScriptedServer, startScriptedServer } from '@icechunk-tooling/servers';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BlobWire } from '../src/blob-wire.ts';
import { DirectWire } from '../src/direct-wire.ts';
import type { AzureTarget } from '../src/target.ts';
import { containerOf, freshContainer, targetOf } from './target.ts';
import { outcomeOf, send, targetAt, type WireRequest } from './wires.ts';

const requests: Readonly<Record<string, WireRequest>> = {
  GET: { key: 'a', conditions: {} },
  HEAD: { key: 'a', conditions: {} },
  PUT: { key: 'a', data: new Uint8Array(3), attributes: {}, conditions: {} },
};
const verbs = Object.keys(requests);
const headers = { etag: '"1"', 'content-length': '50000000' };

describe('DirectWire', () => {
  let server: ScriptedServer;
  let target: AzureTarget;
  let wire: BlobWire;

  beforeEach(async () => {
    server = await startScriptedServer();
    target = targetAt(server.url);
    wire = target.wire as BlobWire;
  });
  afterEach(async () => {
    await target.close();
    await server.close();
  });

  it.each(verbs)('sends no %s whose signal has fired', async (verb) => {
    await expect(send(wire, verb, requests[verb] as WireRequest, AbortSignal.abort())).rejects.toThrow();
    expect(server.requests).toEqual([]);
  });

  it.each(verbs)('ends a %s that waits for its answer when its signal fires, and its connection', async (verb) => {
    server.next({ never: true });
    const own = new AbortController();
    const sent = send(wire, verb, requests[verb] as WireRequest, own.signal);
    await server.received(1);
    own.abort();
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    await server.connections[0]?.closed;
  });

  it('ends a body when the signal of its request fires', async () => {
    server.next({ headers, body: new Uint8Array(50_000_000) });
    const own = new AbortController();
    const { body } = await wire.get({ key: 'a', conditions: {} }, own.signal);
    own.abort();
    const read = (async (): Promise<void> => {
      for await (const _ of body as AsyncIterable<Uint8Array>);
    })();
    await expect(read).rejects.toThrow();
    await server.connections[0]?.closed;
  });

  it.each(verbs)('sends no %s once the storage is closed', async (verb) => {
    await target.close();
    expect(await outcomeOf(wire, verb, requests[verb] as WireRequest)).toMatchObject({ kind: 'closed' });
    expect(server.requests).toEqual([]);
  });

  it('gives up the body of an answer that has no etag', async () => {
    server.next({ headers: { 'content-length': '50000000' }, body: new Uint8Array(50_000_000) });
    expect(await outcomeOf(wire, 'GET', requests['GET'] as WireRequest)).toMatchObject({ kind: 'bad_response' });
    await server.connections[0]?.closed;
  });

  it('sends the bytes of a view, and none of an empty one', async () => {
    server.respond(() => ({ status: 201, headers: { etag: '"2"' } }));
    for (const data of [new Uint8Array([9, 1, 2, 9]).subarray(1, 3), new Uint8Array()])
      await wire.put({ key: 'a', data, attributes: {}, conditions: {} }, new AbortController().signal);
    expect(server.requests.map(({ body, headers }) => [Array.from(body), headers['content-length']])).toEqual([
      [[1, 2], '2'],
      [[], '0'],
    ]);
  });

  it('reads what a browser has whole, and nothing where there is none', async () => {
    const answered = { status: 200, headers: createHttpHeaders({ etag: '"1"', 'content-length': '5' }) };
    const inBrowser = (more: object): BlobWire =>
      new DirectWire('https://host/grids', {
        version: '2026-10-06',
        send: async (request) => ({ ...answered, request, ...more }),
      });
    const blobBody = Promise.resolve(new Blob(['hello']));
    const read = requests['GET'] as WireRequest;
    expect(await outcomeOf(inBrowser({ blobBody }), 'GET', read)).toMatchObject({ body: 'hello', contentLength: 5 });
    expect(await outcomeOf(inBrowser({}), 'GET', read)).toMatchObject({ kind: 'bad_response' });
  });

  it('goes through the proxy of the environment', async () => {
    vi.stubEnv('HTTPS_PROXY', server.url);
    const proxied = targetAt('http://weather.example.org');
    vi.unstubAllEnvs();
    server.next({ headers: { etag: '"1"' }, body: 'hello' });
    const outcome = await outcomeOf(proxied.wire as BlobWire, 'GET', requests['GET'] as WireRequest);
    expect(outcome).toMatchObject({ body: 'hello' });
    expect(server.requests[0]?.path).toBe('http://weather.example.org/grids/a');
    await proxied.close();
  });
});

describeWithServer('azurite', 'DirectWire on Azurite', (azurite) => {
  it('signs names and metadata of every kind so that they are taken, and reads them as they were', async () => {
    const { containerName } = await freshContainer(azurite);
    const wire = targetOf(containerOf(azurite, containerName)).wire as BlobWire;
    const { signal } = new AbortController();
    const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        value,
        fc.uint8Array({ maxLength: 20 }),
        async (name, one, data) => {
          const key = `p/${objectStoreKeys('').toKey(`x${name.replaceAll('/', '')}`)}`;
          const metadata = { one: one.trim() || 'none', Two_: 'a  b' };
          const write = { key, data, attributes: { metadata, blobHTTPHeaders: { blobContentType: 'a/b; c="d"' } } };
          const { etag } = await wire.put({ ...write, conditions: {} }, signal);
          const { one: readOne, two_: readTwo } = (await wire.head({ key, conditions: {} }, signal)).metadata ?? {};
          expect([readOne, readTwo]).toEqual([metadata.one, 'a  b']);
          const read = await outcomeOf(wire, 'GET', { key, conditions: etag === undefined ? {} : { ifMatch: etag } });
          expect(read).toMatchObject({ etag, contentType: 'a/b; c="d"', contentLength: data.byteLength });
        },
      ),
      { numRuns: 60 },
    );
  });
});
