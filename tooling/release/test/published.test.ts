import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { publishedVersions, registryOf } from '../src/published.ts';

async function registryThatSays(status: number, body: string): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/@icechunk%2fone' ? status : 400).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('the versions are those that the registry has', async () => {
  const registry = await registryThatSays(200, '{"versions":{"1.0.0":{},"1.1.0-rc.1":{}}}');
  expect(await publishedVersions(registry, '@icechunk/one')).toEqual(['1.0.0', '1.1.0-rc.1']);
});

test('a package that the registry does not know has none', async () => {
  expect(await publishedVersions(await registryThatSays(404, '{}'), '@icechunk/one')).toEqual([]);
});

test('another answer is not taken for "not published"', async () => {
  const asked = publishedVersions(await registryThatSays(503, '{}'), '@icechunk/one');
  await expect(asked).rejects.toThrow('the registry answers 503 when asked for @icechunk/one');
});

test('a registry that is given is taken, with or without its slash', async () => {
  expect(await registryOf(import.meta.dirname, 'http://localhost:1/')).toBe('http://localhost:1');
  expect(await registryOf(import.meta.dirname, 'http://localhost:1')).toBe('http://localhost:1');
});
