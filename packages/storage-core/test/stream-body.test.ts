import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { streamBody } from '../src/stream-body.ts';

const size = 300_000;
const whole = new Uint8Array(size).fill(7);
let server: Server;
let agent: Agent;

/** A real answer over a real socket, and how many sockets the server has seen in all. */
async function serve(handle: (socket: Socket) => Uint8Array | undefined): Promise<() => Promise<IncomingMessage>> {
  server = createServer((request, response) => {
    const bytes = handle(request.socket);
    response.writeHead(200, { 'content-length': size });
    if (bytes) response.end(bytes);
    else response.write(whole.subarray(0, 1_000), () => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  agent = new Agent({ keepAlive: true });
  const { port } = server.address() as AddressInfo;
  return () => new Promise((resolve, reject) => get({ port, agent }, resolve).on('error', reject));
}

afterEach(async () => {
  agent?.destroy();
  server?.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function take(body: AsyncIterable<Uint8Array>, wantedBytes: number): Promise<number> {
  const chunks = body[Symbol.asyncIterator]();
  let count = 0;
  while (count < wantedBytes) {
    const { done, value } = await chunks.next();
    if (done) break;
    count += value.byteLength;
  }
  return count;
}

describe('a body of Node', () => {
  it('that was read to its last byte and cancelled leaves its connection to the next', async () => {
    const sockets = new Set<Socket>();
    const request = await serve((socket) => {
      sockets.add(socket);
      return whole;
    });
    for (let turn = 0; turn < 5; turn++) {
      const answer = await request();
      const freed = once(agent, 'free');
      const body = streamBody(answer, { sizeBytes: size });
      expect(await take(body, size)).toBe(size);
      await body.cancel();
      await freed;
    }
    expect(sockets.size).toBe(1);
  });

  it('that is cancelled before its end gives its connection up', async () => {
    const request = await serve(() => whole);
    const answer = await request();
    const body = streamBody(answer, { sizeBytes: size });
    const closed = once(answer.socket, 'close');
    await take(body, 1);
    await body.cancel();
    await closed;
  });

  it('that breaks off fails its reader as a broken connection', async () => {
    const request = await serve(() => undefined);
    const body = streamBody(await request(), { sizeBytes: size });
    await expect(take(body, size)).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
  });

  it('that breaks off while nobody reads does not end the process, and fails the next read', async () => {
    const request = await serve(() => undefined);
    const answer = await request();
    const body = streamBody(answer, { sizeBytes: size });
    await new Promise((resolve) => answer.once('close', resolve));
    await expect(take(body, size)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

describe('a stream of an SDK, that pipes the answer of Node on', () => {
  it('which fails while nobody reads does not end the process, and fails the next read', async () => {
    const stream = new Readable({ read() {} });
    const body = streamBody(stream, { sizeBytes: size });
    stream.destroy(new Error('reset'));
    await new Promise((resolve) => stream.once('close', resolve));
    await expect(take(body, size)).rejects.toMatchObject({ kind: 'unavailable', cause: { message: 'reset' } });
  });
});

describe('a body of the web', () => {
  function body(end: 'closes' | 'fails' | 'stays'): { stream: ReadableStream<Uint8Array>; cancelled: () => boolean } {
    let cancelled = false;
    let sent = false;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (!sent) controller.enqueue(new Uint8Array(10));
        else if (end === 'closes') controller.close();
        else if (end === 'fails') controller.error(new TypeError('terminated'));
        else return new Promise(() => {});
        sent = true;
        return undefined;
      },
      cancel() {
        cancelled = true;
      },
    });
    return { stream, cancelled: () => cancelled };
  }

  it('is read to its end', async () => {
    const { stream } = body('closes');
    expect(await take(streamBody(stream, { sizeBytes: 10 }), 11)).toBe(10);
  });

  it('fails as its stream does, in words that the caller may choose', async () => {
    const toError = (): Error => new RangeError('mine');
    await expect(take(streamBody(body('fails').stream, { sizeBytes: 20 }), 20)).rejects.toMatchObject({
      kind: 'unavailable',
      cause: { message: 'terminated' },
    });
    await expect(take(streamBody(body('fails').stream, { sizeBytes: 20, toError }), 20)).rejects.toThrow('mine');
  });

  it('is cancelled before its end', async () => {
    const { stream, cancelled } = body('stays');
    await streamBody(stream, { sizeBytes: 20 }).cancel();
    expect(cancelled()).toBe(true);
  });

  it('whose end never comes holds nobody who has every byte', async () => {
    const read = streamBody(body('stays').stream, { sizeBytes: 10 });
    expect(await take(read, 10)).toBe(10);
    await read.cancel();
  });
});
