import { startScriptedServer } from '@icechunk-tooling/servers';
import * as library from 'google-auth-library';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { transporterFor } from '../src/token-transport.ts';

let server: Awaited<ReturnType<typeof startScriptedServer>>;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(() => server.close());

it('sends each request once, to the address that it is told, and no further', async () => {
  const transporter = transporterFor(library, new AbortController().signal, `${server.url}/token`);
  const ask = (): Promise<unknown> =>
    transporter.request({ url: 'http://127.0.0.1:1/', method: 'POST', data: { x: 1 }, retry: true });
  server.next({ status: 503 }, { status: 302, headers: { location: '/elsewhere' } }, { body: 'a token' });
  await expect(ask()).rejects.toMatchObject({ status: 503 });
  await expect(ask()).rejects.toMatchObject({ status: 302 });
  expect(await ask()).toMatchObject({ data: 'a token' });
  expect(server.requests.map(({ path }) => path)).toEqual(['/token', '/token', '/token']);
});

it('ends with its signal', async () => {
  const limit = new AbortController();
  server.respond(() => {
    limit.abort(new Error('late'));
    return { never: true };
  });
  await expect(transporterFor(library, limit.signal, undefined).request({ url: server.url })).rejects.toThrow();
  await server.connections[0]?.closed;
});
