import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import { GO_PROGRAMS } from './programs.ts';
import { endpointFrom, foreignServer, ownServer, type RunningServer, type StartOptions } from './running-server.ts';
import { type ServerCommand, ServerProcess } from './server-process.ts';

/** An S3 server. */
export interface MinioServer extends RunningServer {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** Makes an empty bucket and gives its name: `name`, or one that no other call gives. */
  createBucket(name?: string): Promise<string>;
}

/** How MinIO is started. */
export interface MinioOptions extends StartOptions {
  /** MinIO's own settings, `MINIO_...`; not for a server that is not owned. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The server at `ICECHUNK_TEST_S3_ENDPOINT` (which needs `ICECHUNK_TEST_S3_ACCESS_KEY_ID` and `..._SECRET_ACCESS_KEY`, and
 * takes `..._REGION`), else a MinIO of this process's own, with fresh credentials unless `env` names some.
 *
 * @throws ServerUnavailable Where there is none, and why.
 */
export async function startMinio(options: MinioOptions = {}): Promise<MinioServer> {
  const endpoint = endpointFrom('ICECHUNK_TEST_S3_ENDPOINT', options);
  if (endpoint) {
    return withBuckets(foreignServer(endpoint, 'ICECHUNK_TEST_S3_ENDPOINT'), {
      accessKeyId: needed('ICECHUNK_TEST_S3_ACCESS_KEY_ID'),
      secretAccessKey: needed('ICECHUNK_TEST_S3_SECRET_ACCESS_KEY'),
      region: process.env['ICECHUNK_TEST_S3_REGION'] || 'us-east-1',
    });
  }
  const keys = {
    accessKeyId: options.env?.['MINIO_ROOT_USER'] ?? `user${randomBytes(6).toString('hex')}`,
    secretAccessKey: options.env?.['MINIO_ROOT_PASSWORD'] ?? randomBytes(20).toString('hex'),
  };
  const command = await findProgram(GO_PROGRAMS.minio);
  const env = { MINIO_ROOT_USER: keys.accessKeyId, MINIO_ROOT_PASSWORD: keys.secretAccessKey, ...options.env };
  const server = await ServerProcess.start(minioCommand(command, env));
  return withBuckets(ownServer(server), { ...keys, region: options.env?.['MINIO_REGION'] ?? 'us-east-1' });
}

function minioCommand(command: string, env: Readonly<Record<string, string>>): ServerCommand {
  return {
    name: 'MinIO',
    command,
    // Its console would listen on a second port.
    env: { MINIO_BROWSER: 'off', ...env },
    args: (port, folder) => ['server', join(folder, 'data'), '--address', `127.0.0.1:${port}`],
    // Its health checks say 200 before it takes requests, which it answers with 503 until then.
    ready: { scheme: 'http', path: '/', status: 403 },
    endsBy: 'SIGKILL',
  };
}

type Keys = Pick<MinioServer, 'accessKeyId' | 'secretAccessKey' | 'region'>;

function withBuckets(server: RunningServer, keys: Keys): MinioServer {
  return {
    ...server,
    ...keys,
    async createBucket(name = `bucket-${randomBytes(6).toString('hex')}`) {
      await makeBucket(server.url, name, keys);
      return name;
    },
  };
}

async function makeBucket(endpoint: string, name: string, { region, ...credentials }: Keys): Promise<void> {
  // Loaded only here: most tests have another server, or none.
  const { CreateBucketCommand, S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  try {
    await client.send(new CreateBucketCommand({ Bucket: name }));
  } catch (err) {
    throw new Error(`bucket ${name} was not made: ${String(err)}`, { cause: err });
  } finally {
    client.destroy();
  }
}

function needed(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error(`ICECHUNK_TEST_S3_ENDPOINT is set, and ${variable} is not`);
  return value;
}
