import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

/** Ends a server and deletes its folder when it is told to, and when this process is gone, in whatever way it went. */
export interface Watchdog {
  /** Which process is to be ended; `undefined` when there is none at the moment. */
  watch(pid: number | undefined): void;
  /**
   * Ends the process that is watched, if any, and deletes the folder. Resolves when that is done, or when it has taken `patienceMs`:
   * it then goes on by itself, also without this process.
   */
  finish(): Promise<void>;
}

// The shell reads process ids until its input ends, which the system sees to also where this process got SIGKILL. A server that
// is on its way out may write once more into the folder.
const SCRIPT = `
while read -r line; do pid=$line; done
if [ "$pid" ]; then kill -9 "$pid"; fi
rm -rf -- "$1" || { sleep 1; rm -rf -- "$1"; }
`;

/**
 * Starts a {@link Watchdog} for one server and its folder.
 *
 * @param patienceMs Default 15,000, of the 60 s that a hook of vitest may take here: on a disk that others use as well, the files of
 * a few thousand objects may take longer than that to delete.
 */
export function startWatchdog(folder: string, patienceMs: number = 15_000): Watchdog {
  // In a session of its own: the terminal's Ctrl-C must not end it before its work is done.
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sh', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.unref();
  unref(shell.stdin);
  const ended = once(shell, 'exit');
  return {
    watch: (pid) => void shell.stdin.write(`${pid ?? ''}\n`),
    async finish() {
      shell.ref();
      shell.stdin.end();
      const over = new AbortController();
      const patience = delay(patienceMs, undefined, { signal: over.signal }).catch(() => undefined);
      await Promise.race([ended, patience]);
      over.abort();
      shell.unref();
    },
  };
}

/** Lets the process end though a pipe is open: those to children are sockets, though their type does not say so. */
export function unref(pipe: object): void {
  (pipe as { unref?: () => void }).unref?.();
}
