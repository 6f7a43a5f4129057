import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, isFree } from './port.ts';
import { probe } from './probe.ts';
import { startWatchdog, unref, type Watchdog } from './watchdog.ts';

/** How a server is started, and how one sees that it is up. */
export interface ServerCommand {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  /** @param folder For all that the server writes: empty at the first start, and the same at each restart. */
  readonly args: (port: number, folder: string) => readonly string[];
  /** All that the server sees of the environment, besides PATH, and HOME, which is its folder. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called once, before the first start. */
  readonly prepare?: (folder: string) => Promise<void>;
  readonly ready: { readonly scheme: 'http' | 'https'; readonly path: string; readonly status: number };
  /** How long it may take to be ready; 50 000 unless given, which is less than a hook of vitest may take here. */
  readonly readyWithinMs?: number;
  /** With which `stop` and `restart` end a running server: SIGTERM for one that keeps acknowledged writes in memory. */
  readonly endsBy: 'SIGKILL' | 'SIGTERM';
}

const OUTPUT_KEPT = 20_000;
const TAKEN = /address already in use|EADDRINUSE/i;

/** A server that is a child of this process. It never outlives it, nor do its files. */
export class ServerProcess {
  readonly #command: ServerCommand;
  readonly #folder: string;
  readonly #watchdog: Watchdog;
  #port = 0;
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(command: ServerCommand, folder: string) {
    this.#command = command;
    this.#folder = folder;
    this.#watchdog = startWatchdog(folder);
  }

  /**
   * Starts a server on a free port, in a fresh folder, and resolves when it answers.
   *
   * @throws Error With what the server wrote, where it ended or did not answer in time.
   */
  static async start(command: ServerCommand): Promise<ServerProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'icechunk-server-'));
    const server = new ServerProcess(command, folder);
    try {
      await command.prepare?.(folder);
      await server.#startSomewhere();
      return server;
    } catch (err) {
      await server.stop();
      throw err;
    }
  }

  get port(): number {
    return this.#port;
  }

  /** `http://127.0.0.1:<port>`, or `https://`. */
  get url(): string {
    return `${this.#command.ready.scheme}://127.0.0.1:${this.#port}`;
  }

  /** The end of what the server wrote, on both streams, since its first start. */
  get output(): string {
    return this.#output;
  }

  /** Ends the server with SIGKILL, in the middle of whatever it does; its files stay. Nothing happens where it is not running. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Ends the server if it runs, and starts it on the same port with the same files. */
  async restart(): Promise<void> {
    await this.#end(this.#command.endsBy);
    if (await this.#startOn(this.#port)) return;
    throw this.#failure(`found port ${this.#port} taken when it was restarted`);
  }

  /** Ends the server and deletes its files. A second call does nothing. */
  async stop(): Promise<void> {
    await this.#end('SIGKILL');
    await this.#watchdog.finish();
  }

  async #startSomewhere(): Promise<void> {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (await this.#startOn(await freePort())) return;
    }
    throw this.#failure('found five free ports taken by the time it listened');
  }

  /** `false` where the port was taken. */
  async #startOn(port: number): Promise<boolean> {
    this.#port = port;
    // Whoever listens there already would answer in the server's place.
    if (!(await isFree(port))) return false;
    const outputBefore = this.#output.length;
    const child = this.#spawn(port);
    const { ready, readyWithinMs = 50_000 } = this.#command;
    const deadline = performance.now() + readyWithinMs;
    while (performance.now() < deadline) {
      const status = await probe(`${this.url}${ready.path}`);
      if (hasEnded(child)) {
        if (TAKEN.test(this.#output.slice(outputBefore))) return false;
        throw this.#failure(`ended (${child.signalCode ?? child.exitCode ?? 'not started'}) before it answered`);
      }
      if (status === ready.status) return true;
      await delay(50);
    }
    throw this.#failure(`did not answer ${ready.path} with ${ready.status} within ${readyWithinMs} ms`);
  }

  #spawn(port: number): ChildProcess {
    const env = { PATH: process.env['PATH'], HOME: this.#folder, ...this.#command.env };
    const child = spawn(this.#command.command, this.#command.args(port, this.#folder), {
      cwd: this.#folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.on('error', (err) => this.#keep(`${String(err)}\n`));
    // A server that a test forgets must not hold the process: it ends with it.
    child.unref();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => this.#keep(String(chunk)));
      unref(stream);
    }
    this.#watchdog.watch(child.pid);
    this.#child = child;
    return child;
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || hasEnded(child)) return;
    child.ref();
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
    this.#watchdog.watch(undefined);
  }

  #keep(text: string): void {
    this.#output = (this.#output + text).slice(-OUTPUT_KEPT);
  }

  #failure(what: string): Error {
    return new Error(`${this.#command.name} ${what}. It wrote:\n${this.#output || '(nothing)'}`);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}
