import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { startScriptedServer } from '../src/index.ts';
import { probe } from '../src/probe.ts';

it('gives the status of an answer, and nothing where none comes', async () => {
  const server = await startScriptedServer();
  server.next({ status: 400 }, { resetBeforeAnswer: true }, { never: true });
  expect([await probe(`${server.url}/x?y`), await probe(server.url), await probe(server.url)]).toEqual([
    400,
    undefined,
    undefined,
  ]);
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /x?y', 'GET /', 'GET /']);
  await server.close();
  expect(await probe(server.url)).toBeUndefined();
});

it('takes what is not HTTPS for no answer', async () => {
  const server = createServer((socket) => socket.end('not TLS'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  expect(await probe(`https://127.0.0.1:${port}/`)).toBeUndefined();
  server.close();
});
