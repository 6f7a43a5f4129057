import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ScriptedServer, startScriptedServer } from '../src/index.ts';

const started: ScriptedServer[] = [];
const start = async (): Promise<ScriptedServer> => {
  const server = await startScriptedServer();
  started.push(server);
  return server;
};
afterEach(async () => {
  await Promise.allSettled(started.splice(0).map((server) => server.close()));
});

const codeOf = async (response: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await response.then(
    () => undefined,
    (err: unknown) => err,
  );
  return ((error as Error | undefined)?.cause as { code?: unknown } | undefined)?.code;
};

describe('startScriptedServer', () => {
  it('gives the queued answers in turn, and keeps what it was asked', async () => {
    const server = await start();
    server.next({ status: 412, headers: { ETag: '"1"' }, body: 'late' }, { status: 204 });
    const bytes = Uint8Array.of(0, 255, 128);
    const first = await fetch(`${server.url}/a%2Fb?x=1&y`, {
      method: 'PUT',
      body: bytes,
      headers: { 'If-Match': '"0"' },
    });
    expect([first.status, first.headers.get('etag'), await first.text()]).toEqual([412, '"1"', 'late']);
    expect((await fetch(`${server.url}/c`)).status).toBe(204);
    expect(server.requests).toMatchObject([
      { method: 'PUT', path: '/a%2Fb?x=1&y', headers: { 'if-match': '"0"', 'content-length': '3' }, body: bytes },
      { method: 'GET', path: '/c', body: new Uint8Array(0) },
    ]);
    await server.close();
  });

  it('asks the handler where nothing is queued', async () => {
    const server = await start();
    server.respond(async ({ path }) => ({ status: 200, body: path }));
    server.next({ status: 500 });
    expect((await fetch(`${server.url}/one`)).status).toBe(500);
    expect(await (await fetch(`${server.url}/two`)).text()).toBe('/two');
    await server.close();
  });

  it('answers HEAD with the length and no body', async () => {
    const server = await start();
    server.next({ headers: { 'content-length': '12' } });
    const response = await fetch(server.url, { method: 'HEAD' });
    expect([response.headers.get('content-length'), await response.text()]).toEqual(['12', '']);
  });

  it('answers a request that was not scripted with 599, and says so at the end', async () => {
    const server = await start();
    expect((await fetch(`${server.url}/stray`, { method: 'DELETE' })).status).toBe(599);
    await expect(server.close()).rejects.toThrow('no answer was scripted for DELETE /stray');
  });

  it('says at the end that the handler threw', async () => {
    const server = await start();
    server.respond(() => {
      throw new Error('oh');
    });
    expect((await fetch(server.url)).status).toBe(599);
    await expect(server.close()).rejects.toThrow('the handler threw at GET /: Error: oh');
  });

  it.each([0, 3])('cuts a body after %i bytes, which all arrive', async (cutAfterBytes) => {
    const server = await start();
    server.next({ status: 206, body: 'abcdef', cutAfterBytes });
    const response = await fetch(server.url);
    expect([response.status, response.headers.get('content-length')]).toEqual([206, '6']);
    const reader = response.body?.getReader();
    const got: number[] = [];
    const reading = (async () => {
      for (;;) {
        const chunk = await reader?.read();
        if (chunk?.value) got.push(...chunk.value);
        if (chunk?.done) return;
      }
    })();
    expect(await codeOf(reading)).toBe('UND_ERR_SOCKET');
    expect(Buffer.from(got).toString()).toBe('abcdef'.slice(0, cutAfterBytes));
    await server.close();
  });

  it('resets the connection in place of an answer, with the request received', async () => {
    const server = await start();
    server.next({ resetBeforeAnswer: true });
    expect(await codeOf(fetch(server.url, { method: 'POST', body: 'whole' }))).toBe('ECONNRESET');
    expect(Buffer.from(server.requests[0]?.body ?? []).toString()).toBe('whole');
  });

  it('leaves a request without an answer until the client gives up, and sees the connection go', async () => {
    const server = await start();
    server.next({ never: true });
    const abort = new AbortController();
    const response = fetch(server.url, { signal: abort.signal });
    await server.received(1);
    expect(server.connections.map(({ open }) => open)).toEqual([true]);
    abort.abort();
    await expect(response).rejects.toThrow('aborted');
    await server.connections[0]?.closed;
    expect(server.connections[0]?.open).toBe(false);
  });

  it('ends what was never answered when it closes, and listens no more', async () => {
    const server = await start();
    server.next({ never: true });
    const code = codeOf(fetch(server.url));
    await server.received(1);
    await server.close();
    expect(await code).toBe('UND_ERR_SOCKET');
    expect(await codeOf(fetch(server.url))).toBe('ECONNREFUSED');
    await server.close();
  });

  it('answers before the body, and ends the connection without reading it', async () => {
    const server = await start();
    server.next({ status: 412, beforeBody: true });
    const upload = request(server.url, { method: 'PUT', headers: { 'content-length': '1000000' } });
    upload.on('error', () => undefined);
    upload.write('a beginning');
    const [response] = await once(upload, 'response');
    expect(response.statusCode).toBe(412);
    expect(server.requests[0]?.body).toHaveLength(0);
    await server.connections[0]?.closed;
    upload.destroy();
  });

  it('does not record a request whose body never came whole', async () => {
    const server = await start();
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('PUT / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc', () => socket.destroy());
    await once(socket, 'close');
    server.next({});
    await fetch(`${server.url}/after`);
    expect(server.requests.map(({ path }) => path)).toEqual(['/after']);
    await server.close();
  });

  it('tells which connection each request came over', async () => {
    const server = await start();
    server.respond(() => ({ body: 'x' }));
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const agent of [kept, kept, false as const]) {
      const [response] = await once(request(server.url, { agent }).end(), 'response');
      await once(response.resume(), 'end');
    }
    kept.destroy();
    expect(server.requests.map(({ connection }) => connection)).toEqual([0, 0, 1]);
    await Promise.all(server.connections.map(({ closed }) => closed));
  });
});
