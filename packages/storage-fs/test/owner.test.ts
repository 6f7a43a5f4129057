import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { currentOwner, isDeadOwner, linuxOwner, ownerDigits, parseOwner, parseStatus } from '../src/owner.ts';

const script = fileURLToPath(new URL('./owner-process.ts', import.meta.url));
const node = `'${process.execPath}' --conditions=@icechunk/source '${script}'`;

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = await once(child.stdout?.setEncoding('latin1') ?? child, 'data');
  return String(line).trim();
}

/** A shell whose file descriptor 3 can be read from for as long as this process does not close it. */
function shell(command: string): ChildProcess {
  return spawn('sh', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit', 'pipe'] });
}

describe('an owner', () => {
  test('is 38 digits that can be taken apart', () => {
    const bits = (count: number): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max: 2n ** BigInt(count) - 1n });
    fc.assert(
      fc.property(bits(40), bits(32), bits(22), bits(30), (place, pid, thread, start) => {
        const digits = ownerDigits({ place, pid, thread, start });
        expect(digits).toMatch(/^\d{38}$/);
        expect(parseOwner(digits)).toEqual({ place, pid, thread, start });
      }),
    );
  });

  test('that this thread is does not change, and is alive', async () => {
    expect(currentOwner()).toBe(currentOwner());
    expect(parseOwner(currentOwner()).pid).toBe(BigInt(process.pid));
    expect(await isDeadOwner(currentOwner())).toBe(false);
  });

  test('is of another place in another time namespace, where start times are others', () => {
    const readLink =
      (time: string) =>
      (path: string): string =>
        path === '/proc/self/ns/time' ? time : readlinkSync(path);
    const placeOf = (time: string): bigint | undefined => linuxOwner(readLink(time))?.place;
    expect(placeOf('time:[1]')).toBe(placeOf('time:[1]'));
    expect(placeOf('time:[1]')).not.toBe(placeOf('time:[2]'));
    const withoutThem = linuxOwner((path) => {
      if (path === '/proc/self/ns/time') throw Object.assign(new Error('an old kernel'), { code: 'ENOENT' });
      return readlinkSync(path);
    });
    expect(withoutThem?.pid).toBe(BigInt(process.pid));
  });

  test('is read from a status whose program name has brackets and blanks', () => {
    const fields = ['Z', ...Array.from({ length: 16 }, () => '0'), '7', '0', '4711', '0'];
    const status = parseStatus(`42 (a) b (c)) ${fields.join(' ')}`);
    expect(status).toEqual({ thread: 42n, isZombie: true, threads: 7, start: 4711n });
  });
});

// Linux alone tells threads, zombies and start times apart.
describe('an owner is dead', () => {
  test('when its process was killed, and not before', async () => {
    const child = shell(`exec ${node}`);
    const owner = await firstLine(child);
    expect(await isDeadOwner(owner)).toBe(false);
    child.kill('SIGSTOP');
    expect(await isDeadOwner(owner)).toBe(false);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await isDeadOwner(owner)).toBe(true);
  });

  test('when its process is a zombie, which a parent that does not ask leaves for ever', async () => {
    // `exec` puts a program in the shell's place that never asks for the shell's children.
    // What a shell runs beside itself reads from nowhere, and would end by itself.
    const parent = shell(`${node} <&3 & echo $!; read line; kill -9 $!; exec sleep 1000`);
    let said = '';
    parent.stdout?.setEncoding('latin1').on('data', (text: string) => {
      said += text;
    });
    while (!/\d{38}\n/.test(said)) await once(parent.stdout ?? parent, 'data');
    const owner = /\d{38}/.exec(said)?.[0] ?? '';
    onTestFinished(() => void parent.kill('SIGKILL'));
    expect(await isDeadOwner(owner)).toBe(false);
    parent.stdin?.write('\n');
    // Its other threads go one by one: until the last has gone, one of them may still be in a call.
    const fields = async (): Promise<string[]> => {
      const stat = await readFile(`/proc/${parseOwner(owner).pid}/stat`, 'latin1');
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    };
    for (let [state, threads] = ['', '']; state !== 'Z' || threads !== '1'; await setImmediate()) {
      [state = '', threads = ''] = (await fields()).filter((_, index) => index === 0 || index === 17);
    }
    expect(await isDeadOwner(owner)).toBe(true);
  });

  test('when its worker thread was ended, while the process lives on', async () => {
    const worker = new Worker(script, { execArgv: ['--conditions=@icechunk/source'] });
    const [owner] = (await once(worker, 'message')) as [string];
    expect(parseOwner(owner).pid).toBe(BigInt(process.pid));
    expect(owner).not.toBe(currentOwner());
    expect(await isDeadOwner(owner)).toBe(false);
    await worker.terminate();
    expect(await isDeadOwner(owner)).toBe(true);
  });

  test('when another process has got its number', async () => {
    const self = parseOwner(currentOwner());
    expect(await isDeadOwner(ownerDigits({ ...self, start: self.start ^ 1n }))).toBe(true);
  });

  test.each(['EMFILE', 'EACCES', 'EIO'])('never since his status cannot be read: %s', async (code) => {
    const self = parseOwner(currentOwner());
    const read = async (path: string): Promise<string> => {
      if (path.includes('/task/')) throw Object.assign(new Error('cannot be read'), { code });
      return await readFile(path, 'latin1');
    };
    // Seen from another thread of this process, or it would not be asked at all.
    const seer = ownerDigits({ ...self, thread: self.thread ^ 1n });
    expect(await isDeadOwner(currentOwner(), seer, read)).toBe(false);
    expect(
      await isDeadOwner(currentOwner(), seer, async (path) => (path.includes('/task/') ? '' : await read(path))),
    ).toBe(false);
  });

  test.each(['ENOENT', 'ESRCH'])('when his thread goes while it is asked for: %s', async (code) => {
    const self = parseOwner(currentOwner());
    const read = async (path: string): Promise<string> => {
      if (path.includes('/task/')) throw Object.assign(new Error('gone'), { code });
      return await readFile(path, 'latin1');
    };
    expect(await isDeadOwner(currentOwner(), ownerDigits({ ...self, thread: self.thread ^ 1n }), read)).toBe(true);
  });

  test('only for those of the same boot and process namespace: nobody knows of others', async () => {
    const self = parseOwner(currentOwner());
    const gone = { ...self, pid: 2n ** 31n - 1n, thread: 1n };
    expect(await isDeadOwner(ownerDigits(gone))).toBe(true);
    expect(await isDeadOwner(ownerDigits({ ...gone, place: self.place ^ 1n }))).toBe(false);
    expect(await isDeadOwner(ownerDigits({ ...gone, place: 0n }), ownerDigits({ ...self, place: 0n }))).toBe(false);
  });
});
