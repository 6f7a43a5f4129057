import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { cloudDefaults, errorFromNetwork, resolveSettings, type TimeoutSettings } from '@icechunk/storage-core';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { dispatcherFor } from '../src/dispatcher.ts';
import type { Connections } from '../src/target.ts';

const open: Connections[] = [];
const servers: { close(): Promise<void> }[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  // Servers first: what waits for one of them would hold its connections open.
  for (const server of servers.splice(0)) await server.close();
  for (const dispatcher of open.splice(0)) await dispatcher.close();
});

function dispatcher(
  baseUrl: string,
  timeouts: TimeoutSettings = {},
  variables: Record<string, string> = {},
): Connections {
  const made = dispatcherFor(baseUrl, resolveSettings(cloudDefaults, { timeouts }), variables);
  open.push(made);
  return made;
}

const codeOf = async (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => 'an answer',
    (err: unknown) => errorFromNetwork(err)?.providerCode,
  );

describe('dispatcherFor', () => {
  it('uses a connection again', async () => {
    const server = await scripted();
    server.respond(() => ({ body: 'x' }));
    const agent = dispatcher(server.url);
    for (let i = 0; i < 20; i++) {
      const { body } = await agent.request({ origin: server.url, path: '/', method: 'GET' });
      await body.text();
    }
    expect(server.connections.length).toBeLessThan(20);
  });

  it('has more connections than requests are under way for an object', async () => {
    const server = await scripted();
    server.respond(() => ({ never: true }));
    const agent = dispatcher(server.url);
    const all = Array.from({ length: 64 }, () =>
      codeOf(agent.request({ origin: server.url, path: '/', method: 'GET' })),
    );
    await server.received(64);
    await server.close();
    expect(new Set(await Promise.all(all))).toEqual(new Set(['UND_ERR_SOCKET']));
  });

  it.each<[string, TimeoutSettings]>([
    ['readTimeoutMs', { readTimeoutMs: 100 }],
    ['networkStreamTimeoutMs', { networkStreamTimeoutMs: 100 }],
    ['the shorter of both', { networkStreamTimeoutMs: 100, readTimeoutMs: 500_000 }],
  ])('ends the wait for an answer by %s, and its connection', async (_, timeouts) => {
    const server = await scripted();
    server.respond(() => ({ never: true }));
    const agent = dispatcher(server.url, timeouts);
    expect(await codeOf(agent.request({ origin: server.url, path: '/', method: 'GET' }))).toBe(
      'UND_ERR_HEADERS_TIMEOUT',
    );
    await server.connections[0]?.closed;
  });

  it('ends an upload that nobody takes, in parts or in one', async () => {
    const stuck = await listen(createTcpServer((socket) => void socket.pause()));
    const agent = dispatcher(stuck.url, { networkStreamTimeoutMs: 200 });
    const body = Buffer.alloc(32 * 1024 * 1024);
    async function* parts(): AsyncGenerator<Uint8Array> {
      for (let start = 0; start < body.byteLength; start += 65_536) yield body.subarray(start, start + 65_536);
    }
    const send = (what: Uint8Array | AsyncIterable<Uint8Array>): Promise<unknown> =>
      agent.request({ origin: stuck.url, path: '/', method: 'PUT', body: what as Buffer });
    expect(await codeOf(send(body))).toBe('UND_ERR_HEADERS_TIMEOUT');
    expect(await codeOf(send(parts()))).toBe('UND_ERR_HEADERS_TIMEOUT');
  });

  it('ends an answer whose body stops coming', async () => {
    const stalled = await listen(createServer((_, response) => void response.write('{"generation":')));
    const agent = dispatcher(stalled.url, { networkStreamTimeoutMs: 200 });
    const { body } = await agent.request({ origin: stalled.url, path: '/', method: 'GET' });
    expect(await codeOf(body.text())).toBe('UND_ERR_BODY_TIMEOUT');
  });

  it('leaves a body alone that its reader lets wait', async () => {
    const whole = Buffer.alloc(4 * 1024 * 1024, 7);
    const server = await listen(createServer((_, response) => void response.end(whole)));
    const agent = dispatcher(server.url, { networkStreamTimeoutMs: 200 });
    const { body } = await agent.request({ origin: server.url, path: '/', method: 'GET' });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(Buffer.from(await body.arrayBuffer()).equals(whole)).toBe(true);
  });

  it('sends nothing once it was closed, though nothing was sent before', async () => {
    const server = await scripted();
    const agent = dispatcher(server.url);
    await agent.close();
    const request = agent.request({ origin: server.url, path: '/', method: 'GET' });
    await expect(request).rejects.toMatchObject({ kind: 'closed' });
    expect(server.connections).toHaveLength(0);
  });

  it('goes through the proxy of the environment, but never to this machine', async () => {
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', ({ url }, socket) => {
      asked.push(url ?? '');
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    const { url } = await listen(proxy);
    const variables = { HTTP_PROXY: url, HTTPS_PROXY: url };
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    const origin = 'https://storage.example.org';
    await expect(dispatcher(origin, {}, variables).request({ origin, path: '/', method: 'GET' })).rejects.toThrow();
    expect(asked).toEqual(['storage.example.org:443']);
    const here = await scripted();
    here.next({ body: 'here' });
    const { body } = await dispatcher(here.url, {}, variables).request({ origin: here.url, path: '/', method: 'GET' });
    expect(await body.text()).toBe('here');
    expect(asked).toHaveLength(1);
  });
});

async function scripted(): ReturnType<typeof startScriptedServer> {
  const server = await startScriptedServer();
  servers.push(server);
  return server;
}

interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<Listening> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const listening = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  servers.push(listening);
  return listening;
}
