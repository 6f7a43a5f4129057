import { startScriptedServer } from '@icechunk-tooling/servers';
import { expect, it } from 'vitest';
import { r2Storage } from '../src/index.ts';

it('refuses a listing unsent, and lets everything else pass', async () => {
  const server = await startScriptedServer();
  server.respond(() => ({
    status: 200,
    headers: { etag: '"a"', 'last-modified': 'Mon, 23 Nov 2026 05:00:00 GMT' },
    body: 'x',
  }));
  const storage = r2Storage({ prefix: 'p', endpointUrl: server.url, allowHttp: true });
  for (const list of [() => storage.rootIsClean(), () => storage.listObjects('')[Symbol.asyncIterator]().next()]) {
    await expect(list()).rejects.toMatchObject({
      kind: 'unsupported',
      detail: expect.stringContaining('the public address of a bucket has no listing'),
    });
  }
  expect(server.requests).toEqual([]);
  expect(await (await storage.getObject('o')).bytes()).toHaveLength(1);
  await server.close();
});
