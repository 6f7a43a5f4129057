import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LocalRegistry, startRegistry } from '../src/registry.ts';

const TARBALL = 'a tarball';
const SHA1 = createHash('sha1').update(TARBALL).digest('hex');

describe('startRegistry', () => {
  const asked: string[] = [];
  const uplink = createServer((request, response) => {
    asked.push(request.url ?? '');
    const name = decodeURIComponent(request.url ?? '').slice(1);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(packument(name, '1.0.0')));
  });
  let registry: LocalRegistry;

  beforeAll(async () => {
    uplink.listen(0, '127.0.0.1');
    await once(uplink, 'listening');
    registry = await startRegistry(`http://127.0.0.1:${(uplink.address() as AddressInfo).port}/`);
  });
  afterAll(async () => {
    await registry.stop();
    uplink.close();
  });

  function packument(name: string, version: string): object {
    const dist = { tarball: `http://127.0.0.1/${name}/-/x-${version}.tgz`, shasum: SHA1 };
    return { name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, dist } } };
  }

  it('has what its uplink has', async () => {
    const answer = await fetch(`${registry.url}some-package`);
    expect(await answer.json()).toMatchObject({ versions: { '1.0.0': { name: 'some-package' } } });
    expect(asked).toContain('/some-package');
  });

  it("asks its uplink for none of the repository's packages", async () => {
    expect((await fetch(`${registry.url}@icechunk%2fstorage-core`)).status).toBe(404);
    expect(asked.filter((path) => path.includes('icechunk'))).toEqual([]);
  });

  it("lets anybody publish the repository's packages, and no others", async () => {
    const publish = async (name: string): Promise<number> => {
      const data = Buffer.from(TARBALL).toString('base64');
      const body = { ...packument(name, '3.0.0'), _attachments: { 'x-3.0.0.tgz': { data, length: TARBALL.length } } };
      const headers = { 'content-type': 'application/json', authorization: 'Bearer throwaway' };
      const url = `${registry.url}${name.replace('/', '%2f')}`;
      return (await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) })).status;
    };
    expect(await publish('@icechunk/storage-new')).toBe(201);
    expect(await publish('storage-new')).toBeOneOf([401, 403]);
    const published = await fetch(`${registry.url}@icechunk%2fstorage-new`);
    expect(await published.json()).toMatchObject({ 'dist-tags': { latest: '3.0.0' } });
  });
});
