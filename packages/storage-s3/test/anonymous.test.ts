import { afterEach, expect, it, vi } from 'vitest';
import { unsigned } from '../src/anonymous.ts';
import { recording } from './recording.ts';

afterEach(() => vi.unstubAllEnvs());

it('signs nothing, and looks for no credentials, though there are some', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  vi.stubEnv('AWS_SESSION_TOKEN', 'token');
  await using server = await recording();
  const storage = server.storage({ anonymous: true });
  expect(await (await storage.getObject('o')).bytes()).toEqual(new Uint8Array([0x78]));
  await storage.putObject('o', new Uint8Array(1));
  for (const { headers } of server.requests) {
    const names = Object.keys(headers);
    expect(names).toContain('host');
    expect(names.filter((name) => /^(authorization|x-amz-(date|security-token))$/.test(name))).toEqual([]);
  }
});

it('offers the SDK one scheme', () => {
  const schemes = unsigned.httpAuthSchemes?.map(({ schemeId }) => schemeId);
  expect(schemes).toEqual(['smithy.api#noAuth']);
});
