import { isStorageError } from '@icechunk/storage-core';
import { leaksOf } from '@icechunk-tooling/secrets';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { describe, expect, it } from 'vitest';
import { EMULATOR_KEY } from '../src/endpoints.ts';
import { type Environment, type FromEnvironment, fromEnvironment } from '../src/environment.ts';

const KEY = 'a2V5LW9mLXRoZS1hY2NvdW50LWluLWJhc2U2NA==';
const CONNECTION = `AccountName=weather;AccountKey=${KEY}`;

function read(env: Environment, place: Parameters<typeof fromEnvironment>[1] = {}): FromEnvironment {
  return fromEnvironment(env, place);
}

function refusal(env: Environment, place: Parameters<typeof fromEnvironment>[1] = {}): string {
  try {
    read(env, place);
  } catch (err) {
    if (isStorageError(err, 'invalid_options')) return err.detail;
    throw err;
  }
  return 'none';
}

/** All that decides, in the order in which it decides: each of them is set together with all that come after it. */
const order: readonly (readonly [Environment, object])[] = [
  [{ AZURE_STORAGE_TOKEN: 'token' }, { bearerToken: 'token' }],
  [{ AZURE_STORAGE_ACCOUNT_KEY: KEY }, { accountKey: KEY }],
  [{ AZURE_STORAGE_SAS_KEY: 'sig=first' }, { sasToken: 'sig=first' }],
  [
    { AZURE_STORAGE_CONNECTION_STRING: 'BlobEndpoint=https://h;SharedAccessSignature=sig=last' },
    { sasToken: 'sig=last' },
  ],
];

describe('fromEnvironment', () => {
  it.each(order.map(([env, credentials], at) => [env, credentials, at] as const))(
    'takes %j before all that comes after it',
    async (_, credentials, at) => {
      const env = Object.assign({}, ...order.slice(at).map(([one]) => one));
      expect(await read(env, { account: 'weather' }).source.get()).toMatchObject(credentials);
    },
  );

  it.each([
    ['AZURE_STORAGE_ACCOUNT_KEY', { accountKey: KEY }, KEY],
    ['AZURE_STORAGE_ACCESS_KEY', { accountKey: KEY }, KEY],
    ['AZURE_STORAGE_MASTER_KEY', { accountKey: KEY }, KEY],
    ['AZURE_STORAGE_KEY', { accountKey: KEY }, KEY],
    ['AZURE_STORAGE_SAS_KEY', { sasToken: 'sp=r&sig=abc%3D' }, '?sp=r&sig=abc%3D'],
    ['AZURE_STORAGE_SAS_TOKEN', { sasToken: 'sp=r&sig=abc%3D' }, 'sp=r&sig=abc%3D'],
    ['AZURE_STORAGE_TOKEN', { bearerToken: 'abc' }, 'abc'],
    ['AZURE_STORAGE_CONNECTION_STRING', { accountKey: KEY }, CONNECTION],
  ])('reads %s', async (name, credentials, value) => {
    expect(await read({ [name]: value }, { account: 'weather' }).source.get()).toMatchObject(credentials);
  });

  it('asks for tokens of an application before it takes a signature, and after a key', async () => {
    const tenant = { AZURE_CLIENT_ID: 'id', AZURE_TENANT_ID: 'tenant' };
    const sas = { AZURE_STORAGE_SAS_KEY: 'sig=abc' };
    for (const secret of [{ AZURE_CLIENT_SECRET: 'secret' }, { AZURE_FEDERATED_TOKEN_FILE: '/var/run/token' }]) {
      // Only tokens can be replaced by others.
      expect(read({ ...tenant, ...secret, ...sas }).source.refresh).toBeDefined();
      expect(await read({ ...tenant, ...secret, AZURE_STORAGE_KEY: KEY }).source.get()).toEqual({ accountKey: KEY });
    }
    expect(await read({ ...tenant, ...sas }).source.get()).toMatchObject({ sasToken: 'sig=abc' });
    expect(read({}).source.refresh).toBeDefined();
  });

  it('signs nothing where AZURE_SKIP_SIGNATURE says so, whatever else is there', async () => {
    const env = { AZURE_SKIP_SIGNATURE: 'true', AZURE_STORAGE_ACCOUNT_KEY: KEY, AZURE_STORAGE_CONNECTION_STRING: 'x' };
    expect(await read(env).source.get()).toEqual({ anonymous: true });
    expect(await read({ ...env, AZURE_SKIP_SIGNATURE: '0', AZURE_STORAGE_CONNECTION_STRING: '' }).source.get()).toEqual(
      {
        accountKey: KEY,
      },
    );
  });

  it('takes the way that AZURE_CREDENTIAL_TYPE names', async () => {
    const both = { AZURE_STORAGE_ACCOUNT_KEY: KEY, AZURE_STORAGE_SAS_KEY: 'sig=abc' };
    const sas = await read({ ...both, AZURE_CREDENTIAL_TYPE: 'sas_token' }).source.get();
    expect(sas).toMatchObject({ sasToken: 'sig=abc' });
    const auto = await read({ ...both, AZURE_CREDENTIAL_TYPE: 'auto' }).source.get();
    expect(auto).toEqual({ accountKey: KEY });
  });

  it('lets the options decide where the account is', () => {
    const env = {
      AZURE_STORAGE_ACCOUNT_NAME: 'fromenv',
      AZURE_STORAGE_ENDPOINT: 'https://env.example.org',
      AZURE_STORAGE_ACCOUNT_KEY: KEY,
      AZURE_ALLOW_HTTP: 'yes',
    };
    expect(read(env)).toMatchObject({ account: 'fromenv', endpointUrl: 'https://env.example.org', allowHttp: true });
    const place = { account: 'options', endpointUrl: 'https://options.example.org', allowHttp: false };
    expect(read(env, place)).toMatchObject(place);
    expect(
      read({ AZURE_STORAGE_ACCOUNT: 'tools', AZURE_ENDPOINT: 'https://h', AZURE_STORAGE_TOKEN: 'x' }),
    ).toMatchObject({ account: 'tools', endpointUrl: 'https://h' });
  });

  it('takes place and key of a connection string', () => {
    const env = { AZURE_STORAGE_CONNECTION_STRING: `${CONNECTION};EndpointSuffix=core.chinacloudapi.cn` };
    const place = { account: 'weather', endpointUrl: 'https://weather.blob.core.chinacloudapi.cn' };
    expect(read(env)).toMatchObject(place);
    expect(read(env, { account: 'weather' })).toMatchObject(place);
  });

  it('takes no part of a connection string where other variables decide', async () => {
    const env = { AZURE_STORAGE_CONNECTION_STRING: CONNECTION, AZURE_STORAGE_TOKEN: 'abc' };
    const found = read(env, { account: 'other' });
    expect(found).toMatchObject({ account: 'other', endpointUrl: undefined });
    expect(await found.source.get()).toEqual({ bearerToken: 'abc' });
  });

  it('knows the emulator, by either name, with its own key or another', async () => {
    const env = { AZURE_STORAGE_USE_EMULATOR: 'true', AZURITE_BLOB_STORAGE_URL: 'http://azurite:4711' };
    expect(read(env)).toMatchObject({ useEmulator: true, account: undefined, endpointUrl: 'http://azurite:4711' });
    expect(await read(env).source.get()).toEqual({ accountKey: EMULATOR_KEY });
    expect(await read({ ...env, AZURE_STORAGE_ACCESS_KEY: KEY }).source.get()).toEqual({ accountKey: KEY });
    const tools = read({ AZURE_STORAGE_CONNECTION_STRING: 'UseDevelopmentStorage=true' });
    expect(tools.useEmulator).toBe(true);
    expect(await tools.source.get()).toEqual({ accountKey: EMULATOR_KEY });
    expect(await read({ AZURE_STORAGE_ACCESS_KEY: KEY }, { useEmulator: true }).source.get()).toEqual({
      accountKey: KEY,
    });
  });

  it('asks no tenant for tokens for the emulator', async () => {
    const tenant = { AZURE_CLIENT_ID: 'id', AZURE_CLIENT_SECRET: 'secret-of-the-app', AZURE_TENANT_ID: 'tenant' };
    const found = read({ ...tenant, AZURE_STORAGE_USE_EMULATOR: 'true' });
    expect(await found.source.get()).toEqual({ accountKey: EMULATOR_KEY });
  });

  it('knows the addresses of Fabric', () => {
    const env = { AZURE_STORAGE_TOKEN: 'x', AZURE_USE_FABRIC_ENDPOINT: 'true' };
    expect(read(env, { account: 'onelake' }).endpointUrl).toBe('https://onelake.blob.fabric.microsoft.com');
    expect(read({ ...env, AZURE_ENDPOINT: 'https://h' }, { account: 'onelake' }).endpointUrl).toBe('https://h');
  });

  it('asks the endpoint of a managed identity, with the secret of the platform', async () => {
    const server = await startScriptedServer();
    server.next({ body: JSON.stringify({ access_token: 'of-the-machine', expires_on: '32503680000' }) });
    const env = {
      AZURE_MSI_ENDPOINT: `${server.url}/token`,
      AZURE_CLIENT_ID: 'some-id',
      IDENTITY_HEADER: 'the-header',
    };
    const credentials = await read(env, { account: 'weather' }).source.get();
    await server.close();
    expect(credentials).toEqual({ bearerToken: 'of-the-machine', expiresAfter: new Date(32_503_680_000_000) });
    expect(server.requests[0]?.headers).toMatchObject({ metadata: 'true', 'x-identity-header': 'the-header' });
    expect(server.requests[0]?.path).toContain('client_id=some-id');
  });

  it.each([
    [
      { AZURE_STORAGE_ACCESS_KEY: 'secret-key' },
      'AZURE_STORAGE_ACCESS_KEY takes one of the keys of the account, in base64',
    ],
    [
      { AZURE_STORAGE_SAS_TOKEN: 'sv=secret' },
      'AZURE_STORAGE_SAS_TOKEN takes a shared access signature, in which there is a sig=',
    ],
    [
      { AZURE_STORAGE_SAS_TOKEN: 'se=2020-01-01&sig=abcdef' },
      'AZURE_STORAGE_SAS_TOKEN expired on 2020-01-01T00:00:00.000Z',
    ],
    [{ AZURE_STORAGE_TOKEN: 'Bearer abcdef' }, 'AZURE_STORAGE_TOKEN takes the token without the word Bearer'],
    [
      { AZURE_STORAGE_CONNECTION_STRING: 'AccountName=weather;AccountKey=secret' },
      'AccountKey of AZURE_STORAGE_CONNECTION_STRING takes one of the keys of the account, in base64',
    ],
    [
      { AZURE_STORAGE_CONNECTION_STRING: 'secret' },
      'AZURE_STORAGE_CONNECTION_STRING takes fields such as AccountName=…;AccountKey=…',
    ],
    [{ AZURE_STORAGE_USE_EMULATOR: 'perhaps' }, 'AZURE_STORAGE_USE_EMULATOR takes true or false'],
    [
      { AZURE_CREDENTIAL_TYPE: 'password' },
      'AZURE_CREDENTIAL_TYPE takes one of auto, bearer_token, access_key, workload_identity, client_secret, sas_token, azure_cli, managed_identity',
    ],
    [{ AZURE_CREDENTIAL_TYPE: 'access_key' }, 'AZURE_STORAGE_ACCOUNT_KEY is missing'],
    [{ AZURE_MSI_ENDPOINT: 'no address' }, 'AZURE_MSI_ENDPOINT takes the address of an endpoint'],
    [
      { AZURE_STORAGE_ENCRYPTION_KEY: 'secret' },
      'AZURE_STORAGE_ENCRYPTION_KEY is not supported: unset it, since nothing would be encrypted with it',
    ],
  ])('refuses %j, naming the variable', (env, message) => {
    expect(refusal(env)).toBe(message);
  });

  it.each([
    ['key', CONNECTION],
    ['signature', 'AccountName=weather;SharedAccessSignature=sp=r&sig=abc'],
    [
      'signature, as the portal shows it',
      'BlobEndpoint=https://weather.blob.core.windows.net/;SharedAccessSignature=sig=abc',
    ],
  ])('refuses another account than that of a connection string with a %s', (_, text) => {
    expect(refusal({ AZURE_STORAGE_CONNECTION_STRING: text }, { account: 'other' })).toBe(
      'account is another one than in AZURE_STORAGE_CONNECTION_STRING, which has no key to it',
    );
  });

  it('lets an option say that there is no emulator', () => {
    const env = { AZURE_STORAGE_USE_EMULATOR: 'true', AZURE_STORAGE_ACCESS_KEY: KEY };
    expect(read(env, { account: 'weather', useEmulator: false }).useEmulator).toBe(false);
  });

  it('counts what is empty as not set', async () => {
    const env = { AZURE_STORAGE_TOKEN: '', AZURE_STORAGE_ACCOUNT_KEY: '', AZURE_STORAGE_SAS_KEY: 'sig=abc' };
    expect(await read(env).source.get()).toMatchObject({ sasToken: 'sig=abc' });
  });

  it('shows nothing of what it found', () => {
    const secrets = { key: KEY, sas: 'very-secret-signature', token: 'very-secret-token', secret: 'secret-of-the-app' };
    const found = [
      read({ AZURE_STORAGE_CONNECTION_STRING: CONNECTION }),
      read({ AZURE_STORAGE_SAS_KEY: `sig=${secrets.sas}` }),
      read({ AZURE_STORAGE_TOKEN: secrets.token }),
      read({ AZURE_CLIENT_ID: 'id', AZURE_CLIENT_SECRET: secrets.secret, AZURE_TENANT_ID: 'tenant' }),
    ];
    for (const one of found) expect(leaksOf(one, secrets)).toEqual([]);
  });
});
