import { expect, it } from 'vitest';
import { namedServers, serverOf } from '../src/named-servers.ts';

it('finds the server that a snippet names', () => {
  const [minio, gcs, azurite] = namedServers;
  expect(serverOf({ line: 1, code: "endpointUrl: 'http://localhost:9000'," })).toBe(minio);
  expect(serverOf({ line: 1, code: "endpointUrl: 'http://localhost:4443'," })).toBe(gcs);
  expect(serverOf({ line: 1, code: "endpointUrl: 'http://127.0.0.1:10000'," })).toBe(azurite);
  expect(serverOf({ line: 1, code: "endpointUrl: 'https://public-url'," })).toBeUndefined();
});
