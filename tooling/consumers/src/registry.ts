import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '@icechunk-tooling/processes';
import { ServerProcess } from '@icechunk-tooling/servers';

/** A registry on this machine. */
export interface LocalRegistry {
  /** With a slash at its end, as npm writes them. */
  readonly url: string;
  /** Ends it and deletes what was published. */
  stop(): Promise<void>;
}

const VERDACCIO = join(dirname(fileURLToPath(import.meta.resolve('verdaccio'))), '../bin/verdaccio');

/** What a registry on the way to the outside world may need of the environment. */
const OF_THE_NETWORK = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'NODE_EXTRA_CA_CERTS'];

/**
 * Starts a real registry, verdaccio, on a free port and with a storage of its own. It never outlives this process, in whatever way
 * that ends.
 *
 * Whoever reaches it may publish `@icechunk/*`; these come from here alone. Every other package comes from `uplink`.
 *
 * @param uplink The address of the registry behind it: npm's configured one unless given.
 * @throws Error With what verdaccio wrote, where it does not come up.
 */
export async function startRegistry(uplink?: string): Promise<LocalRegistry> {
  const behind = uplink ?? (await configuredRegistry());
  const server = await ServerProcess.start({
    name: 'verdaccio',
    command: process.execPath,
    args: (port, folder) => [
      ...['--disable-warning=Warning', VERDACCIO],
      ...['--config', join(folder, 'config.json'), '--listen', `127.0.0.1:${port}`],
    ],
    env: { NODE_ENV: 'production', ...network() },
    prepare: async (folder) => {
      await mkdir(join(folder, 'storage'));
      await writeFile(join(folder, 'config.json'), JSON.stringify(configuration(folder, behind)));
    },
    ready: { scheme: 'http', path: '/-/ping', status: 200 },
    endsBy: 'SIGKILL',
  });
  return { url: `${server.url}/`, stop: () => server.stop() };
}

/** The registry that npm is configured to use on this machine. */
async function configuredRegistry(): Promise<string> {
  const said = await run('npm', ['config', 'get', 'registry', '--loglevel=silent'], { cwd: import.meta.dirname });
  return said.trim();
}

// verdaccio.org/docs/configuration (seen 2026-11); YAML, of which JSON is a part.
function configuration(folder: string, uplink: string): object {
  return {
    storage: join(folder, 'storage'),
    auth: { htpasswd: { file: join(folder, 'htpasswd') } },
    // By default two failures make an uplink count as down for five minutes.
    uplinks: { configured: { url: uplink, max_fails: 100, fail_timeout: '1s', timeout: '60s' } },
    packages: {
      '@icechunk/*': { access: '$all', publish: '$all' },
      '**': { access: '$all', proxy: 'configured' },
    },
    web: { enable: false },
    log: { type: 'stdout', format: 'pretty', level: 'warn' },
  };
}

function network(): Record<string, string> {
  const names = OF_THE_NETWORK.flatMap((name) => [name, name.toLowerCase()]);
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
