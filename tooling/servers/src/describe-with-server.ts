import { afterAll, beforeAll, describe, it } from 'vitest';
import { type AzuriteOptions, type AzuriteServer, startAzurite } from './azurite.ts';
import { type FakeGcsOptions, type FakeGcsServer, startFakeGcs } from './fake-gcs.ts';
import { findProgram } from './find-program.ts';
import { type MinioOptions, type MinioServer, startMinio } from './minio.ts';
import { GO_PROGRAMS } from './programs.ts';
import { endpointFrom, type StartOptions } from './running-server.ts';
import { startToxiproxy, type Toxiproxy } from './toxiproxy.ts';
import { ServerUnavailable } from './unavailable.ts';

/** What tests get of each kind of server. */
export interface Servers {
  readonly minio: MinioServer;
  readonly 'fake-gcs': FakeGcsServer;
  readonly azurite: AzuriteServer;
  readonly toxiproxy: Toxiproxy;
}

/** What each kind of server is started with. */
export interface ServerOptions {
  readonly minio: MinioOptions;
  readonly 'fake-gcs': FakeGcsOptions;
  readonly azurite: AzuriteOptions;
  readonly toxiproxy: Record<never, never>;
}

/** How one server comes to a group of tests. */
export interface ServerSource<Server> {
  /** Resolves when `start` will find what it needs, which may have to be installed first. Throws ServerUnavailable. */
  obtain(): Promise<unknown>;
  start(): Promise<Server>;
}

/**
 * A group of tests that has a real server: started before the first test, stopped after the last.
 *
 * Where the server cannot be had, the tests are reported as skipped, below a title that says why and what to do about it. With
 * `CI=true` one failing test says so instead.
 *
 * @param body Registers the tests. Its `server` can be read from when tests and hooks run, not while they are registered.
 * @param options What the server is started with; `{ owned: true }` where tests kill or restart it.
 */
export function describeWithServer<Kind extends keyof Servers>(
  kind: Kind,
  title: string,
  body: (server: Servers[Kind]) => void,
  options: ServerOptions[Kind] = {},
): void {
  describeWithSource(sourceOf(kind, options), title, body);
}

/** How a server of this kind comes to whoever needs one. */
export function sourceOf<Kind extends keyof Servers>(
  kind: Kind,
  options: ServerOptions[Kind],
): ServerSource<Servers[Kind]> {
  return sources[kind](options) as ServerSource<Servers[Kind]>;
}

const sources: { readonly [Kind in keyof Servers]: (options: ServerOptions[Kind]) => ServerSource<Servers[Kind]> } = {
  minio: (options) => ({ obtain: () => obtain('minio', options), start: () => startMinio(options) }),
  'fake-gcs': (options) => ({
    obtain: () => obtain('fake-gcs', options),
    start: () => startFakeGcs(options),
  }),
  azurite: (options) => ({ obtain: async () => undefined, start: () => startAzurite(options) }),
  toxiproxy: () => ({ obtain: () => findProgram(GO_PROGRAMS.toxiproxy), start: startToxiproxy }),
};

async function obtain(kind: 'minio' | 'fake-gcs', options: StartOptions): Promise<unknown> {
  const program = GO_PROGRAMS[kind];
  return endpointFrom(program.endpointVariable, options) ?? findProgram(program);
}

/** {@link describeWithServer} for a server from anywhere. */
export function describeWithSource<Server extends object>(
  source: ServerSource<Server>,
  title: string,
  body: (server: Server) => void,
): void {
  // What must be installed is installed while tests are collected: no hook waits that long, and only here can tests be skipped
  // by a title.
  describe(title, async () => {
    const missing = await unavailability(source);
    if (missing === undefined) return withServer(source, body);
    if (process.env['CI'] === 'true') return failing(missing);
    describe(`skipped: ${missing.message}`, { skip: true }, () => body(later<Server>(() => undefined)));
  });
}

async function unavailability(source: ServerSource<object>): Promise<ServerUnavailable | undefined> {
  try {
    await source.obtain();
    return undefined;
  } catch (err) {
    if (err instanceof ServerUnavailable) return err;
    throw err;
  }
}

function withServer<Server extends object>(source: ServerSource<Server>, body: (server: Server) => void): void {
  let server: Server | undefined;
  beforeAll(async () => {
    server = await source.start();
  });
  afterAll(async () => {
    const { stop } = (server ?? {}) as { stop?: () => Promise<void> };
    await stop?.();
  });
  body(later<Server>(() => server));
}

function failing(missing: ServerUnavailable): void {
  it('has its server', () => {
    throw missing;
  });
}

/** Stands for what is there only later: tests are registered before any server runs. */
function later<Server extends object>(get: () => Server | undefined): Server {
  const server = (reading: string): Server => {
    const found = get();
    if (!found) throw new Error(`the server runs only during tests and hooks: ${reading} was read too early`);
    return found;
  };
  return new Proxy({} as Server, {
    get: (_, name) => Reflect.get(server(String(name)), name),
    // Without these two, a spread of the server would be empty.
    ownKeys: () => Reflect.ownKeys(server('all of it')),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(server(String(name)), name),
  });
}
