import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { leaksOf } from '@icechunk-tooling/secrets';
import { type ScriptedServer, startScriptedServer } from '@icechunk-tooling/servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  azureCli,
  clientSecret,
  defaultChain,
  managedIdentity,
  managedIdentityAt,
  workloadIdentity,
} from '../src/identity.ts';

describe('credentials of @azure/identity', () => {
  const tenant = '11111111-2222-3333-4444-555555555555';
  it.each([
    ['ClientSecretCredential', clientSecret(tenant, 'id', 'secret', 'https://login.example.org')],
    ['WorkloadIdentityCredential', workloadIdentity(tenant, 'id', '/var/run/token')],
    ['AzureCliCredential', azureCli()],
    ['ManagedIdentityCredential', managedIdentity({ clientId: 'id' })],
    ['ManagedIdentityCredential', managedIdentity({ objectId: 'id' })],
    ['ManagedIdentityCredential', managedIdentity({ resourceId: 'id' })],
    ['ManagedIdentityCredential', managedIdentity({})],
    ['DefaultAzureCredential', defaultChain({ clientId: 'id' }, 'https://login.example.org')],
    ['DefaultAzureCredential', defaultChain({ resourceId: 'id' })],
  ])('are of the class %s', async (name, load) => {
    const credential = await load();
    expect(credential.constructor.name).toBe(name);
    expect(credential.getToken).toBeTypeOf('function');
  });

  // In a process of its own, since this one has loaded what it looks for.
  it('are loaded when the first token is asked for, and not before', async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--conditions=@icechunk/source', `${import.meta.dirname}/loaded-modules.ts`],
      // No program az is found, so that it fails at once and without a network.
      { env: { PATH: '/nowhere', AZURE_USE_AZURE_CLI: 'true' } },
    );
    expect(JSON.parse(stdout)).toEqual({ made: false, used: true, kind: 'unauthenticated' });
  });
});

describe('managedIdentityAt', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.close());

  async function failure(answer: Parameters<ScriptedServer['next']>[0]): Promise<unknown> {
    server.next(answer);
    return await managedIdentityAt(server.url, {}, 'header-secret')
      .getToken('scope')
      .catch((err: unknown) => err);
  }

  it('asks for a token of Azure Storage, by one name of the identity', async () => {
    server.next({ body: '{"access_token":"abc","expires_on":"1800000000"}' });
    const credential = managedIdentityAt(`${server.url}/msi?x=1`, { objectId: 'an-object', resourceId: 'r' });
    expect(await credential.getToken('scope')).toEqual({ token: 'abc', expiresOnTimestamp: 1_800_000_000_000 });
    const { path, headers } = server.requests.at(-1) as (typeof server.requests)[number];
    expect(Object.fromEntries(new URL(path, server.url).searchParams)).toEqual({
      x: '1',
      'api-version': '2019-08-01',
      resource: 'https://storage.azure.com',
      object_id: 'an-object',
    });
    expect(headers).toMatchObject({ metadata: 'true' });
    expect(headers).not.toHaveProperty('x-identity-header');
  });

  it('says what it was given in place of a token', async () => {
    const detail = (what: string): string => `the endpoint of the managed identity gave ${what}`;
    const refused = await failure({ status: 400, body: '{"error":"header-secret"}' });
    expect(refused).toMatchObject({ kind: 'unauthenticated', detail: detail('status 400') });
    expect(leaksOf(refused, { header: 'header-secret' })).toEqual([]);
    expect(await failure({ body: '{}' })).toMatchObject({ detail: detail('an answer without a token') });
  });

  it('follows no redirect, which would take the secret of the platform along', async () => {
    const before = server.requests.length;
    const refused = await failure({ status: 307, headers: { location: `${server.url}/elsewhere` } });
    expect(refused).toMatchObject({ kind: 'unauthenticated' });
    expect(server.requests.length).toBe(before + 1);
  });

  it('says that nobody answered', async () => {
    expect(await failure({ resetBeforeAnswer: true })).toMatchObject({ kind: 'unavailable' });
  });
});
