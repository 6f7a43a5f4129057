import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import { GO_PROGRAMS } from './programs.ts';
import { endpointFrom, foreignServer, ownServer, type RunningServer, type StartOptions } from './running-server.ts';
import { ServerProcess } from './server-process.ts';

/** A server of the Google Cloud Storage JSON API that asks for no credentials. */
export interface FakeGcsServer extends RunningServer {
  /** Makes an empty bucket and gives its name: `name`, or one that no other call gives. */
  createBucket(name?: string): Promise<string>;
}

/** How fake-gcs-server is started. */
export interface FakeGcsOptions extends StartOptions {
  /**
   * Keeps objects in memory, so that it refuses `restart`. In files, as without it, names are those of files: `d/e` beside `d`,
   * a name of 300 bytes, `x//y` and `.` are refused or stored as others.
   */
  readonly inMemory?: boolean;
}

/**
 * The server at `ICECHUNK_TEST_GCS_ENDPOINT`, else a fake-gcs-server of this process's own, which keeps objects in files
 * unless told otherwise.
 *
 * @throws ServerUnavailable Where there is none, and why.
 */
export async function startFakeGcs(options: FakeGcsOptions = {}): Promise<FakeGcsServer> {
  const endpoint = endpointFrom('ICECHUNK_TEST_GCS_ENDPOINT', options);
  if (endpoint) return withBuckets(foreignServer(endpoint, 'ICECHUNK_TEST_GCS_ENDPOINT'));
  const server = await ServerProcess.start({
    name: 'fake-gcs-server',
    command: await findProgram(GO_PROGRAMS['fake-gcs']),
    args: (port, folder) => [
      ...['-scheme', 'http', '-host', '127.0.0.1', '-port', `${port}`, '-log-level', 'warn'],
      ...(options.inMemory
        ? ['-backend', 'memory']
        : ['-backend', 'filesystem', '-filesystem-root', join(folder, 'data')]),
    ],
    ready: { scheme: 'http', path: '/storage/v1/b', status: 200 },
    endsBy: 'SIGKILL',
  });
  return withBuckets(options.inMemory ? { ...ownServer(server), restart: refuseRestart } : ownServer(server));
}

async function refuseRestart(): Promise<never> {
  throw new Error('this fake-gcs-server has its objects in memory: start it without inMemory to restart it');
}

function withBuckets(server: RunningServer): FakeGcsServer {
  return {
    ...server,
    async createBucket(name = `bucket-${randomBytes(6).toString('hex')}`) {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ name });
      const response = await fetch(`${server.url}/storage/v1/b?project=test`, { method: 'POST', headers, body });
      if (!response.ok) throw new Error(`bucket ${name} was not made: ${response.status} ${await response.text()}`);
      return name;
    },
  };
}
