import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cloudDefaults, createStorage, type Storage, type StorageEvent } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { Agent } from 'undici';
import { describe, expect, it } from 'vitest';
import { GcsStorageClient } from '../src/client.ts';
import type { GcsTarget } from '../src/target.ts';
import { failure, json, scripted, TOKEN } from './scripted.ts';

const s = scripted();
const stored = json({ generation: '8', etag: 'CJ=', size: '2' });
const data = new TextEncoder().encode('hi');

function storageOf(changes: Partial<GcsTarget> = {}): { storage: Storage; events: StorageEvent[] } {
  const events: StorageEvent[] = [];
  const settings = { retries: { initialBackoffMs: 0, maxTries: 3 } };
  const client = new GcsStorageClient({ ...s.target, ...changes });
  const storage = createStorage(client, {
    defaults: cloudDefaults,
    settings,
    onEvent: (event) => void events.push(event),
  });
  return { storage, events };
}

describe('a storage', () => {
  it('keeps its objects below its prefix, each name of it encoded as Icechunk does', async () => {
    s.server.next(stored);
    const { storage } = storageOf({ prefix: '/a b//ü/' });
    await storage.putObject('chunks/x#y', data);
    expect(s.query(0)['name']).toBe('a b/%C3%BC/chunks/x%23y');
    expect(await storage.canCreateRepository()).toBe('allowed');
    expect(await storageOf().storage.canCreateRepository()).toBe('refused_empty_prefix');
  });

  // https://cloud.google.com/storage/docs/retry-strategy (seen 2026-11).
  it.each([408, 429, 500, 502, 503, 504])('tries again after %i', async (status) => {
    s.server.next({ status, headers: { 'retry-after': '0' } }, stored);
    const { storage, events } = storageOf();
    expect(await storage.putObject('k', data)).toMatchObject({ kind: 'updated' });
    expect(events).toMatchObject([{ kind: 'retry', delayMs: 0, error: { status } }]);
  });

  it('renews its token once, where it is refused', async () => {
    const tokens = ['old', 'new'];
    const { storage, events } = storageOf({
      authorization: {
        headers: async () => ({ authorization: `Bearer ${tokens[0]}` }),
        refresh: async () => void tokens.shift(),
      },
    });
    s.server.next(failure(401, 'authError'), stored, failure(401, 'authError'), failure(401, 'authError'));
    expect(await storage.putObject('k', data)).toMatchObject({ kind: 'updated' });
    expect(s.server.requests.map(({ headers }) => headers['authorization'])).toEqual(['Bearer old', 'Bearer new']);
    expect(events).toMatchObject([{ kind: 'credentials_renewed' }]);
    await expect(storage.putObject('k', data)).rejects.toMatchObject({ kind: 'unauthenticated' });
  });

  it('does not renew what cannot be', async () => {
    s.server.next(failure(401, 'required', 'Login Required'));
    const { storage } = storageOf();
    await expect(storage.putObject('k', data)).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect(s.server.requests).toHaveLength(1);
  });

  it('names who pays in every request', async () => {
    s.server.respond(({ method, path }) => {
      if (method === 'GET' && path.includes('/o?')) return json({});
      if (path.includes('rewriteTo')) return json({ done: true, resource: { generation: '9' } });
      if (path.includes('alt=media')) return { headers: { 'x-goog-generation': '7' }, body: 'hi' };
      return method === 'GET' ? json({ generation: '7', size: '2', updated: '2026-11-03T10:00:00Z' }) : stored;
    });
    const { storage } = storageOf({ userProject: 'payer' });
    await storage.putObject('k', data, { metadata: { x: 'y' }, condition: { kind: 'create' } });
    await (await storage.getObject('k')).bytes();
    await storage.getObjectLastModified('k');
    await storage.copyObject('k', 'l', { contentType: 'a/b' });
    await storage.deleteObjects('', [{ id: 'k', sizeBytes: 2 }]);
    expect(await storage.rootIsClean()).toBe(true);
    const payers = s.server.requests.map((_, index) => s.query(index)['userProject']);
    expect(payers).toEqual(s.server.requests.map(() => 'payer'));
    expect(s.server.requests.length).toBeGreaterThanOrEqual(7);
  });

  it('recovers a write whose answer was lost by reading its id back', async () => {
    let written: Record<string, string> = {};
    s.server.respond(({ method, body }) => {
      if (method === 'GET') return json({ generation: '8', etag: 'CJ=', size: '2', metadata: written });
      const isFirst = Object.keys(written).length === 0;
      written = JSON.parse(/\{.*\}/.exec(Buffer.from(body).toString('latin1'))?.[0] ?? '{}').metadata;
      return isFirst ? { resetBeforeAnswer: true } : failure(412, 'conditionNotMet');
    });
    const { storage, events } = storageOf();
    const result = await storage.putObject('k', data, { condition: { kind: 'create' } });
    expect(result).toEqual({ kind: 'updated', newVersion: { generation: '8', etag: 'CJ=' } });
    expect(events.map(({ kind }) => kind)).toEqual(['retry', 'write_recovered']);
  });

  it('reads the parts of a range with the generation of the first', async () => {
    const whole = 'abcdefghij';
    s.server.respond(({ headers }) => {
      const [, first, last] = (/^bytes=(\d+)-(\d+)$/.exec(headers['range'] ?? '') ?? []).map(Number) as number[];
      const body = whole.slice(first, (last as number) + 1);
      const range = { 'content-range': `bytes ${first}-${last}/10`, 'x-goog-stored-content-length': '10' };
      return { status: 206, headers: { 'x-goog-generation': '7', ...range }, body };
    });
    const client = new GcsStorageClient(s.target);
    const settings = { concurrency: { idealConcurrentRequestSize: 4, maxConcurrentRequestsForObject: 3 } };
    const storage = createStorage(client, { defaults: cloudDefaults, settings });
    const body = await storage.getObject('k', { range: { start: 0, end: 10 } });
    expect(new TextDecoder().decode(await body.bytes())).toBe(whole);
    const generations = s.server.requests.map((_, index) => s.query(index)['ifGenerationMatch']);
    expect(generations).toEqual([undefined, '7', '7']);
  });

  it('lets its connections go when it is closed, and does not wait for a body that nobody reads', async () => {
    const dispatcher = new Agent();
    s.server.next(stored, { headers: { 'x-goog-generation': '7' }, body: new Uint8Array(1_000_000) });
    const { storage } = storageOf({ dispatcher });
    await storage.putObject('k', data);
    const unread = await storage.getObject('k');
    await storage.close();
    await expect(storage.putObject('k', data)).rejects.toMatchObject({ kind: 'closed' });
    await unread.cancel();
    await Promise.all(s.server.connections.map(({ closed }) => closed));
  });

  // https://cloud.google.com/storage/docs/json_api/v1/objects/insert: the answer to a write is a body, on which the write's version hangs.
  it.each([200, 503])('waits for no body of %i that stops coming', async (status) => {
    const dispatcher = new Agent({ bodyTimeout: 200 });
    const stalled = createServer((request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(status, { 'content-length': '100' }).write('{"generation":'));
    });
    await once(stalled.listen(0, '127.0.0.1'), 'listening');
    const baseUrl = `http://127.0.0.1:${(stalled.address() as AddressInfo).port}`;
    const { storage, events } = storageOf({ dispatcher, baseUrl });
    const kind = status === 200 ? 'timeout' : 'unavailable';
    await expect(storage.putObject('k', data)).rejects.toMatchObject({ kind, attempts: 3 });
    expect(events).toHaveLength(2);
    await dispatcher.destroy();
    stalled.closeAllConnections();
    stalled.close();
  });

  it('shows no token, in itself or in its errors', async () => {
    s.server.respond(() => failure(403, 'forbidden', `denied to Bearer ${TOKEN}`));
    const { storage, events } = storageOf();
    const client = new GcsStorageClient(s.target);
    const errors = await Promise.all(
      [storage.putObject('k', data), storage.getObject('k'), storage.copyObject('k', 'l')].map((call) =>
        call.catch((err: unknown) => err),
      ),
    );
    const deleted = await storage.deleteObjects('', [{ id: 'k', sizeBytes: 2 }]);
    expect(errors).toMatchObject([
      { kind: 'permission_denied' },
      { kind: 'permission_denied' },
      { kind: 'permission_denied' },
    ]);
    expect(leaksOf([...errors, deleted, events, storage, client], { token: TOKEN })).toEqual([]);
  });
});
