import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { endpointFrom, foreignServer, ownServer, type RunningServer, type StartOptions } from './running-server.ts';
import { type ServerCommand, ServerProcess } from './server-process.ts';

/** An Azure Blob server. */
export interface AzuriteServer extends RunningServer {
  readonly account: string;
  readonly accountKey: string;
  /** The address of the account, which Azurite has in the path: `<url>/<account>`. */
  readonly accountUrl: string;
  /** Makes an empty container and gives its name: `name`, or one that no other call gives. Not over HTTPS. */
  createContainer(name?: string): Promise<string>;
  /**
   * SIGKILL. Azurite writes its index to disk every few seconds, so what it acknowledged just before is lost, as real Azure
   * never does. To see data survive, call `restart()` on the running server, which lets it save.
   */
  kill(): Promise<void>;
}

/** How Azurite is started. */
export interface AzuriteOptions extends StartOptions {
  /** PEM: it then speaks HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Takes bearer tokens too, whose claims it checks and whose signatures it does not. Needs `tls`. */
  readonly oauth?: boolean;
}

// The account that every Azurite has, published for it: learn.microsoft.com/azure/storage/common/storage-connect-azurite (seen 2026-11).
const ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * The server at `ICECHUNK_TEST_AZURE_ENDPOINT` (an address without the account; `ICECHUNK_TEST_AZURE_ACCOUNT` and `..._KEY`
 * name another account than Azurite's), else an Azurite of this process's own. Options ask for one of its own.
 */
export async function startAzurite(options: AzuriteOptions = {}): Promise<AzuriteServer> {
  if (options.oauth && !options.tls) throw new Error('Azurite takes tokens over HTTPS only: oauth needs tls');
  const ownIsNeeded = options.owned || options.tls !== undefined;
  const endpoint = endpointFrom('ICECHUNK_TEST_AZURE_ENDPOINT', { owned: ownIsNeeded });
  if (endpoint) {
    const account = process.env['ICECHUNK_TEST_AZURE_ACCOUNT'] || ACCOUNT;
    const accountKey = process.env['ICECHUNK_TEST_AZURE_KEY'] || ACCOUNT_KEY;
    return withAccount(foreignServer(endpoint, 'ICECHUNK_TEST_AZURE_ENDPOINT'), account, accountKey);
  }
  const server = await ServerProcess.start(azuriteCommand(options));
  return withAccount(ownServer(server), ACCOUNT, ACCOUNT_KEY);
}

function azuriteCommand({ tls, oauth }: AzuriteOptions): ServerCommand {
  return {
    name: 'Azurite',
    command: process.execPath,
    async prepare(folder) {
      if (!tls) return;
      await writeFile(join(folder, 'cert.pem'), tls.cert);
      await writeFile(join(folder, 'key.pem'), tls.key);
    },
    args: (port, folder) => [
      blobProgram(),
      ...['--blobHost', '127.0.0.1', '--blobPort', `${port}`, '--location', folder],
      // The service versions of newer SDKs are refused otherwise.
      ...['--skipApiVersionCheck', '--silent', '--disableTelemetry'],
      ...(tls ? ['--cert', join(folder, 'cert.pem'), '--key', join(folder, 'key.pem')] : []),
      ...(oauth ? ['--oauth', 'basic'] : []),
    ],
    ready: { scheme: tls ? 'https' : 'http', path: '/', status: 400 },
    endsBy: 'SIGTERM',
  };
}

function blobProgram(): string {
  const manifest = createRequire(import.meta.url).resolve('azurite/package.json');
  return join(dirname(manifest), 'dist/src/blob/main.js');
}

function withAccount(server: RunningServer, account: string, accountKey: string): AzuriteServer {
  const accountUrl = `${server.url}/${account}`;
  return {
    ...server,
    account,
    accountKey,
    accountUrl,
    async createContainer(name = `container-${randomBytes(6).toString('hex')}`) {
      await makeContainer(`${accountUrl}/${name}`, account, accountKey);
      return name;
    },
  };
}

async function makeContainer(url: string, account: string, accountKey: string): Promise<void> {
  // Loaded only here: most tests have another server, or none.
  const { ContainerClient, StorageSharedKeyCredential } = await import('@azure/storage-blob');
  try {
    await new ContainerClient(url, new StorageSharedKeyCredential(account, accountKey)).create();
  } catch (err) {
    const { statusCode, code = String(err) } = err as { statusCode?: number; code?: string };
    throw new Error(`container ${url} was not made: ${statusCode ?? ''} ${code}`, { cause: err });
  }
}
