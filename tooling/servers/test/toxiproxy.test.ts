import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithServer, type ScriptedServer, startScriptedServer } from '../src/index.ts';

// What is closed while bytes are still on their way to it is reset by the system.
const CUT = /^(UND_ERR_SOCKET|ECONNRESET)$/;

const codeOf = async (response: Promise<Response>): Promise<unknown> => {
  try {
    await (await response).arrayBuffer();
    return 'answered';
  } catch (err) {
    return ((err as Error).cause as { code?: unknown }).code;
  }
};

describeWithServer('toxiproxy', 'startToxiproxy', (toxiproxy) => {
  let upstream: ScriptedServer;
  beforeAll(async () => {
    upstream = await startScriptedServer();
    upstream.respond(({ path }) => ({ body: path === '/large' ? 'x'.repeat(100_000) : path }));
  });
  afterAll(() => upstream.close());

  it('opens ways that keep the path of the address', async () => {
    const plain = await toxiproxy.proxy(upstream.url);
    const deep = await toxiproxy.proxy(`${upstream.url}/account`);
    expect(plain.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(deep.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/account$/);
    expect(plain.url).not.toBe(upstream.url);
    expect(await (await fetch(`${plain.url}/a?b=1`)).text()).toBe('/a?b=1');
    expect(await (await fetch(`${deep.url}/a`)).text()).toBe('/account/a');
  });

  it.each([
    ['reset_peer', { timeout: 0 }, /^ECONNRESET$/],
    ['limit_data', { bytes: 50_000 }, CUT],
    ['timeout', { timeout: 1 }, CUT],
  ] as const)('%s disturbs, and is taken away', async (type, settings, code) => {
    const way = await toxiproxy.proxy(upstream.url);
    await way.addToxic(type, settings);
    expect(await codeOf(fetch(`${way.url}/large`))).toMatch(code);
    await way.removeToxics();
    expect(await codeOf(fetch(`${way.url}/large`))).toBe('answered');
  });

  it('holds data back by at least the latency that it was told', async () => {
    const way = await toxiproxy.proxy(upstream.url);
    await way.addToxic('latency', { latency: 200 });
    const before = performance.now();
    await (await fetch(way.url)).text();
    expect(performance.now() - before).toBeGreaterThan(190);
  });

  it('disturbs one direction alone, and some connections alone', async () => {
    const way = await toxiproxy.proxy(upstream.url);
    await way.addToxic('limit_data', { bytes: 10_000 }, { stream: 'upstream' });
    await way.addToxic('reset_peer', { timeout: 0 }, { toxicity: 0 });
    expect(await codeOf(fetch(`${way.url}/large`))).toBe('answered');
    await way.addToxic('limit_data', { bytes: 10_000 }, { stream: 'downstream' });
    expect(await codeOf(fetch(`${way.url}/large`))).toMatch(CUT);
  });

  it('closes a way, and opens it on the same port', async () => {
    const way = await toxiproxy.proxy(upstream.url);
    expect(await codeOf(fetch(way.url))).toBe('answered');
    await way.disable();
    expect(await codeOf(fetch(way.url))).not.toBe('answered');
    expect(await codeOf(fetch(way.url))).toBe('ECONNREFUSED');
    await way.enable();
    expect(await codeOf(fetch(way.url))).toBe('answered');
  });
});
