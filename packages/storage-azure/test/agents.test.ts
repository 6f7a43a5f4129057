import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { cloudDefaults, type TimeoutSettings } from '@icechunk/storage-core';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { Connections } from '../src/agents.ts';

const none = { connectTimeoutMs: 0, networkStreamTimeoutMs: 0, readTimeoutMs: 0 };

function open(timeouts: TimeoutSettings, protocol = 'http:'): Connections {
  return new Connections(protocol, { ...cloudDefaults.timeouts, ...none, ...timeouts });
}

/** Whose connections a request takes, which the SDK gave those of a proxy, or none. */
async function agentOf(connections: Connections, given?: Agent): Promise<Agent> {
  const sent = { url: '', method: 'GET', headers: new Headers() as never, agent: given as object | undefined };
  await connections.sendRequest(sent, async () => ({ status: 200 }));
  return sent.agent as Agent;
}

/** What a request comes to: its status, once its body has ended, or the code of its failure. */
async function ask(connections: Connections, url: string, body?: Uint8Array, given?: Agent): Promise<unknown> {
  const agent = await agentOf(connections, given);
  return await new Promise((resolve) => {
    const asked = request(url, { agent, method: body ? 'PUT' : 'GET' }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    });
    asked.once('error', (err: NodeJS.ErrnoException) => resolve(`${err.code}: ${err.message}`));
    asked.end(body);
  });
}

describe('Connections', () => {
  it('uses one connection again, and closes it', async () => {
    const server = await startScriptedServer();
    server.respond(() => ({ status: 200 }));
    const connections = open({});
    expect(await ask(connections, server.url)).toBe(200);
    expect(await ask(connections, server.url)).toBe(200);
    expect(server.connections.length).toBe(1);
    connections.close();
    await server.connections[0]?.closed;
    await server.close();
  });

  it('gives up a request whose connection carries nothing', async () => {
    const server = await startScriptedServer();
    server.next({ never: true }, { status: 200 }, { never: true });
    const connections = open({ networkStreamTimeoutMs: 1_000 });
    expect(await ask(connections, server.url)).toBe('ETIMEDOUT: no byte within networkStreamTimeoutMs');
    expect(await ask(connections, server.url)).toBe(200);
    // Over the connection that the last answer left open.
    expect(await ask(connections, server.url)).toBe('ETIMEDOUT: no byte within networkStreamTimeoutMs');
    connections.close();
    await server.close();
  });

  it('leaves the body of an answer alone, which core watches', async () => {
    const [server, port] = await listen((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na');
        setTimeout(() => socket.end('b'), 2_500);
      });
    });
    const connections = open({ networkStreamTimeoutMs: 1_000, readTimeoutMs: 1_000 });
    expect(await ask(connections, `http://127.0.0.1:${port}`)).toBe(200);
    connections.close();
    server.close();
  });

  // Nobody else watches what the SDK reads whole before it answers: listings, and what is said of writes and errors.
  it.each([
    ['a listing', 'GET', '/c?restype=container&comp=list&sig=x', 200],
    ['an error', 'GET', '/c/a', 503],
    ['the answer to a write', 'PUT', '/c/a', 201],
  ])('gives up %s whose body stops coming', async (_, method, path, status) => {
    const [server, port] = await listen((socket) => {
      socket.once('data', () => socket.write(`HTTP/1.1 ${status} X\r\ncontent-length: 9\r\n\r\n<a`));
    });
    const connections = open({ networkStreamTimeoutMs: 200 });
    const asked = request(`http://127.0.0.1:${port}${path}`, { agent: await agentOf(connections), method }).end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await expect(once(answer.resume(), 'end')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    connections.close();
    server.close();
  });

  it('gives up an upload that nobody takes', async () => {
    const [server, port] = await listen((socket) => socket.pause());
    const connections = open({ networkStreamTimeoutMs: 50 });
    const body = new Uint8Array(64 * 1024 * 1024);
    expect(await ask(connections, `http://127.0.0.1:${port}`, body)).toMatch(/^ETIMEDOUT: /);
    connections.close();
    server.close();
  });

  it('waits readTimeoutMs for the head of an answer', async () => {
    const server = await startScriptedServer();
    server.next({ never: true }, { status: 200 });
    const connections = open({ readTimeoutMs: 1_000 });
    expect(await ask(connections, server.url)).toBe('ETIMEDOUT: no answer within readTimeoutMs');
    expect(await ask(connections, server.url)).toBe(200);
    connections.close();
    await server.close();
  });

  it('gives up a connection that does not come to stand', async () => {
    // Takes the connection, and says nothing to a client that wants TLS.
    const [server, port] = await listen(() => {});
    const connections = open({ connectTimeoutMs: 50 }, 'https:');
    const { request: requestTls } = await import('node:https');
    const failed = once(
      requestTls(`https://127.0.0.1:${port}`, { agent: await agentOf(connections) }).end(),
      'response',
    );
    await expect(failed).rejects.toMatchObject({ code: 'ETIMEDOUT', message: 'no connection within connectTimeoutMs' });
    connections.close();
    server.close();
  });

  it('does not count connecting once a connection stands', async () => {
    const server = await startScriptedServer();
    server.respond(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      return { status: 200 };
    });
    const connections = open({ connectTimeoutMs: 1_000 });
    expect(await ask(connections, server.url)).toBe(200);
    expect(await ask(connections, server.url)).toBe(200);
    connections.close();
    await server.close();
  });

  it('gives those of a proxy the same patience, and closes them too', async () => {
    const server = await startScriptedServer();
    server.next({ status: 200 }, { never: true });
    const connections = open({ networkStreamTimeoutMs: 1_000 });
    const proxied = new Agent({ keepAlive: true });
    expect(await agentOf(connections, proxied)).toBe(proxied);
    expect(await agentOf(connections, proxied)).toBe(proxied);
    expect(await ask(connections, server.url, undefined, proxied)).toBe(200);
    expect(await ask(connections, server.url, undefined, proxied)).toBe(
      'ETIMEDOUT: no byte within networkStreamTimeoutMs',
    );
    connections.close();
    await server.connections[0]?.closed;
    await server.close();
  });
});

/** A server that speaks no HTTP by itself; its sockets end with the test's client. */
async function listen(onSocket: (socket: Socket) => void): Promise<readonly [Server, number]> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    onSocket(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return [server, (server.address() as { readonly port: number }).port];
}
