import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { errorCode } from './errors.ts';
import { ownerLength } from './side-name.ts';

/**
 * Who writes: a thread of a process of a running system.
 *
 * `place` is a hash of what tells running systems apart (on Linux the boot and the namespaces of processes and of time), or
 * 0 where nothing does; then nobody can prove that the owner is dead.
 */
export interface Owner {
  readonly place: bigint;
  readonly pid: bigint;
  /** The system's number of the thread; on Linux the main thread's is the pid. 0 where the system does not say. */
  readonly thread: bigint;
  /** When the thread was started, in clock ticks since boot. 0 where the system does not say. */
  readonly start: bigint;
}

const bits = { place: 40n, pid: 32n, thread: 22n, start: 30n } as const;

let current: string | undefined;

/** The owner that this thread is, as it stands in the names of its side files. */
export function currentOwner(): string {
  current ??= ownerDigits(linuxOwner() ?? otherOwner());
  return current;
}

/** An owner in the fixed number of digits that side files carry. */
export function ownerDigits({ place, pid, thread, start }: Owner): string {
  const fields: readonly (readonly [bigint, bigint])[] = [
    [place, bits.place],
    [pid, bits.pid],
    [thread, bits.thread],
    [start, bits.start],
  ];
  const packed = fields.reduce((all, [value, width]) => (all << width) | BigInt.asUintN(Number(width), value), 0n);
  return packed.toString().padStart(ownerLength, '0');
}

/** The owner in a side file's digits. */
export function parseOwner(digits: string): Owner {
  let rest = BigInt(digits);
  const take = (width: bigint): bigint => {
    const value = BigInt.asUintN(Number(width), rest);
    rest >>= width;
    return value;
  };
  const start = take(bits.start);
  const thread = take(bits.thread);
  const pid = take(bits.pid);
  return { place: take(bits.place), pid, thread, start };
}

type ReadText = (path: string) => Promise<string>;

const readLatin1: ReadText = (path) => readFile(path, 'latin1');

/**
 * True where the owner provably no longer runs, and no call of his is still on its way.
 *
 * Provable only from the same boot and process namespace (outside Linux: the same machine). Whatever cannot be read, of
 * another user's process for example, counts as alive.
 */
export async function isDeadOwner(
  digits: string,
  self: string = currentOwner(),
  read: ReadText = readLatin1,
): Promise<boolean> {
  const owner = parseOwner(digits);
  if (digits === self || owner.place === 0n || owner.place !== parseOwner(self).place) return false;
  if (!processExists(Number(owner.pid))) return true;
  if (owner.thread === 0n) return false;
  const main = await readStatus(`/proc/${owner.pid}/stat`, read);
  if (typeof main === 'string') return false;
  if (main.isZombie && main.threads <= 1) return true;
  const thread = await readStatus(`/proc/${owner.pid}/task/${owner.thread}/stat`, read);
  if (typeof thread === 'string') return thread === 'absent';
  return thread.thread === owner.thread && thread.start !== owner.start;
}

// Not by looking into /proc, where a mount option hides other users' processes.
function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

interface Status {
  readonly thread: bigint;
  readonly isZombie: boolean;
  readonly threads: number;
  readonly start: bigint;
}

// A process that is out of file descriptors must not take the living for dead.
async function readStatus(path: string, read: ReadText): Promise<Status | 'absent' | 'unreadable'> {
  try {
    return parseStatus(await read(path));
  } catch (error) {
    const code = errorCode(error);
    return code === 'ENOENT' || code === 'ESRCH' ? 'absent' : 'unreadable';
  }
}

/**
 * The fields that tell threads apart. The second one is the program's name, which may itself hold blanks and brackets.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html (seen 2026-11)
 */
export function parseStatus(text: string): Status {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', threads = '', start = ''] = [fields[0], fields[17], fields[19]];
  return {
    thread: BigInt(text.slice(0, text.indexOf(' '))),
    isZombie: state === 'Z' || state === 'X',
    threads: Number(threads),
    start: BigInt.asUintN(Number(bits.start), BigInt(start)),
  };
}

type ReadLink = (path: string) => string;

/** The calling thread as Linux numbers it; undefined where /proc does not say. */
export function linuxOwner(readLink: ReadLink = readlinkSync): Owner | undefined {
  try {
    // Synchronous: only then does the calling thread itself ask, and not one of the pool.
    const status = parseStatus(readFileSync('/proc/thread-self/stat', 'latin1'));
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
    // A /proc of another process namespace than our own would number us otherwise.
    if (readLink('/proc/self') !== String(process.pid)) return undefined;
    return {
      place: hash(boot + readLink('/proc/self/ns/pid') + timeNamespace(readLink)),
      pid: BigInt(process.pid),
      thread: status.thread,
      start: status.start,
    };
  } catch {
    return undefined;
  }
}

// Start times are told by the clock of whoever asks: seen from another time namespace, everybody would have another one.
function timeNamespace(readLink: ReadLink): string {
  try {
    return readLink('/proc/self/ns/time');
  } catch {
    // Linux before 5.6 has one clock for all.
    return '';
  }
}

// Deno without leave to read /proc on Linux ends here too, and must not be taken for a machine without process namespaces.
function otherOwner(): Owner {
  const known = process.platform === 'darwin' || process.platform === 'win32';
  return { place: known ? hash(machine()) : 0n, pid: BigInt(process.pid), thread: 0n, start: 0n };
}

function machine(): string {
  const addresses = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .map(({ mac }) => mac);
  return [hostname(), ...new Set(addresses.sort())].join(' ');
}

function hash(text: string): bigint {
  return BigInt(
    `0x${createHash('sha256')
      .update(text)
      .digest('hex')
      .slice(0, Number(bits.place) / 4)}`,
  );
}
