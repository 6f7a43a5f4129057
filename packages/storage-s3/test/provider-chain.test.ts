import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { leaksOf } from '@icechunk-tooling/secrets';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { credentialSource } from '../src/credentials.ts';
import { recording, yes } from './recording.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-s3-chain-'));
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_'))) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const secret = 'the-secret-key-of-a-profile';
const profile = (name: string, id: string): string =>
  `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\naws_session_token = a-token\n`;

describe('a shared credentials file', () => {
  it('gives the keys of the profile, and new ones when they have been rotated', async () => {
    const file = join(folder, 'credentials');
    await writeFile(file, profile('default', 'id-default') + profile('mine', 'id-mine'));
    expect(await credentialSource('env', {})?.get()).toMatchObject({
      accessKeyId: 'id-default',
      sessionToken: 'a-token',
    });
    vi.stubEnv('AWS_PROFILE', 'mine');
    const source = credentialSource('env', {});
    const first = await source?.get();
    expect(first?.accessKeyId).toBe('id-mine');
    await writeFile(file, profile('mine', 'id-rotated'));
    expect((await source?.refresh?.(first && { refused: first }))?.accessKeyId).toBe('id-rotated');
  });

  it("signs a storage's requests for the region and the endpoint of the profile", async () => {
    await using server = await recording();
    await writeFile(join(folder, 'credentials'), profile('default', 'id-default'));
    await writeFile(join(folder, 'config'), `[default]\nregion = eu-south-2\nendpoint_url = ${server.url}\n`);
    const storage = server.storage({ fromEnv: true, endpointUrl: undefined, forcePathStyle: true });
    await storage.getObjectLastModified('o');
    const [request] = server.requests;
    expect(request?.path).toBe('/bucket/p/o');
    expect(request?.headers['authorization']).toMatch(/Credential=id-default\/\d+\/eu-south-2\/s3\/aws4_request/);
    const strict = server.storage({ fromEnv: true, endpointUrl: undefined, allowHttp: false, forcePathStyle: true });
    await expect(strict.getObject('o')).rejects.toMatchObject({
      kind: 'invalid_options',
      detail: expect.stringContaining("the profile's endpoint_url is plain http"),
    });
    expect(server.requests).toHaveLength(1);
  });

  it('without a region is told what is missing', async () => {
    await using server = await recording();
    await writeFile(join(folder, 'credentials'), profile('default', 'id-default'));
    const storage = server.storage({ fromEnv: true, endpointUrl: undefined });
    const error = await storage.getObject('o').catch((err: unknown) => err);
    expect(error).toMatchObject({ kind: 'invalid_options', detail: expect.stringContaining('region is missing') });
  });
});

describe('a credential process', () => {
  it('is run when keys are needed, and again before they end', async () => {
    const program = join(folder, 'keys.sh');
    const runs = join(folder, 'runs');
    const printed = (expiration: string): string =>
      JSON.stringify({
        Version: 1,
        AccessKeyId: 'id-process',
        SecretAccessKey: secret,
        SessionToken: 't',
        Expiration: expiration,
      });
    await writeFile(program, `#!/bin/sh\necho run >> '${runs}'\necho '${printed('2100-01-01T00:00:00Z')}'\n`);
    await chmod(program, 0o700);
    await writeFile(join(folder, 'config'), `[default]\ncredential_process = ${program}\n`);
    const source = credentialSource('env', {});
    const first = await source?.get();
    expect(first).toMatchObject({
      accessKeyId: 'id-process',
      sessionToken: 't',
      expiresAfter: new Date(Date.UTC(2100, 0)),
    });
    await source?.get();
    await writeFile(program, `#!/bin/sh\necho '${printed('2101-01-01T00:00:00Z')}'\n`);
    expect((await source?.refresh?.(first && { refused: first }))?.expiresAfter).toEqual(new Date(Date.UTC(2101, 0)));
  });
});

describe("a container's endpoint", () => {
  it('is asked with its token, and again where the store refuses the keys in the middle of a job', async () => {
    const container = await startScriptedServer();
    let given = 0;
    container.respond(() => {
      given += 1;
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ AccessKeyId: `id-${given}`, SecretAccessKey: secret, Token: 'a-token', Expiration }),
      };
    });
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${container.url}/keys`);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'the-token-of-a-container');
    let current = 'id-1';
    await using server = await recording({
      answer: (request) =>
        request.headers['authorization']?.includes(`Credential=${current}/`)
          ? yes(request)
          : { status: 400, body: '<Error><Code>ExpiredToken</Code><Message>expired</Message></Error>' },
    });
    const storage = server.storage({ fromEnv: true });
    const put = (n: number): Promise<unknown> => storage.putObject(`o${n}`, new Uint8Array(1));
    await put(0);
    current = 'id-2';
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(put));
    expect(container.requests.map(({ path, headers }) => [path, headers['authorization']])).toEqual([
      ['/keys', 'the-token-of-a-container'],
      ['/keys', 'the-token-of-a-container'],
    ]);
    expect(leaksOf(storage, { secret, token: 'the-token-of-a-container' })).toEqual([]);
    await container.close();
  });
});

it('says where it looked, where there is nothing', async () => {
  const source = credentialSource('env', {});
  const error = await source?.get().catch((err: unknown) => err);
  expect(error).toMatchObject({
    kind: 'unauthenticated',
    detail: expect.stringContaining('fromEnv found no credentials: neither AWS_ACCESS_KEY_ID'),
  });
});

describe('the package with the chain', () => {
  /** Which modules that find credentials a process has loaded after a request with some options. */
  async function loadedAfter(options: object): Promise<string[]> {
    const script = `
      import { createRequire } from 'node:module';
      import { s3Storage } from '@icechunk/storage-s3';
      const place = { bucket: 'b', prefix: 'p', region: 'r', endpointUrl: 'http://127.0.0.1:1', allowHttp: true };
      const storage = s3Storage({ ...place, settings: { retries: { maxTries: 1 } }, ...${JSON.stringify(options)} });
      await storage.getObject('o').catch(() => {});
      console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)));`;
    const args = ['--conditions=@icechunk/source', '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: join(import.meta.dirname, '..') });
    const packages = (JSON.parse(stdout) as string[]).map(
      (file) => /@aws-sdk[/](credential-provider[^/]*)/.exec(file)?.[1],
    );
    return [...new Set(packages)].filter((name) => name !== undefined).sort();
  }

  it('is loaded where the environment has no keys, and else not', async () => {
    const none = ['credential-provider-env', 'credential-provider-node'];
    const forms = [{ accessKeyId: 'id', secretAccessKey: secret }, { anonymous: true }, { fromEnv: true }];
    const [byKeys, byNobody, byChain] = await Promise.all(forms.map(loadedAfter));
    expect([byKeys, byNobody]).toEqual([none, none]);
    expect(byChain).toEqual(expect.arrayContaining([...none, 'credential-providers']));
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
    expect(await loadedAfter({ fromEnv: true })).toEqual(none);
  });
});
