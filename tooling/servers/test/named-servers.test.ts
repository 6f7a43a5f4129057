import { expect, it } from 'vitest';
import { namedServers, serverNamedIn } from '../src/named-servers.ts';

it('is found by the address that a text names', () => {
  const [minio, gcs, azurite] = namedServers;
  expect(serverNamedIn("endpointUrl: 'http://localhost:9000',")).toBe(minio);
  expect(serverNamedIn("endpointUrl: 'http://localhost:4443',")).toBe(gcs);
  expect(serverNamedIn("endpointUrl: 'http://127.0.0.1:10000',")).toBe(azurite);
  expect(serverNamedIn("endpointUrl: 'https://public-url',")).toBeUndefined();
});

const [, gcs] = namedServers;
gcs?.describe('a server that snippets name', (server) => {
  const bucketAt = async (url: string): Promise<number> => (await fetch(`${url}/storage/v1/b/icechunk-test`)).status;

  it('has what they take for granted, on a port of its own', async () => {
    expect(server.url).not.toContain(':4443');
    expect(await bucketAt(server.url)).toBe(200);
  });

  it('is had outside of tests too, and ended by whoever started it', async () => {
    const started = await gcs.start();
    expect(started.url).not.toBe(server.url);
    expect(await bucketAt(started.url)).toBe(200);
    await started.stop();
    await expect(bucketAt(started.url)).rejects.toThrow('fetch failed');
  });
});
