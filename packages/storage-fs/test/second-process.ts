import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  type DeleteObjectsResult,
  localDefaults,
  type ObjectBody,
  resolveSettings,
  type Storage,
  StorageError,
  type StorageErrorFields,
} from '@icechunk/storage-core';
import {
  type ForwardedAnswer,
  type ForwardedMethod,
  type ForwardedObject,
  gathered,
  type SecondOptions,
} from './forwarded.ts';

const program = fileURLToPath(new URL('./programs/second-storage.ts', import.meta.url));

/** A process with a storage of its own, and the calls that it has not answered. */
class SecondProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  #calls = 0;

  constructor(options: SecondOptions) {
    const execArgv = ['--conditions=@icechunk/source', '--no-warnings'];
    this.#child = fork(program, [JSON.stringify(options)], { execArgv, serialization: 'advanced' });
    this.#exited = once(this.#child, 'exit');
    this.#child.on('message', (answer: ForwardedAnswer) => this.#settle(answer));
    this.#child.on('exit', (code, signal) => this.#giveUp(code ?? signal));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async call(method: ForwardedMethod, ...args: readonly unknown[]): Promise<unknown> {
    const id = ++this.#calls;
    return await new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ id, method, args: args.map(withoutSignal) }, (err) => err && reject(err));
    });
  }

  /** Ends the process, which has nothing left to do without its channel. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    await this.#exited;
  }

  #settle(answer: ForwardedAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(errorOf(answer.error));
    else waiting?.resolve(answer.value);
  }

  #giveUp(how: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(new Error(`the second process ended: ${how}`));
    this.#waiting.clear();
  }
}

/**
 * A storage whose every call is made by a process of its own, with a client of its own, on the same folder.
 *
 * A signal counts until a call is sent; bodies and listings come whole. The process ends when the storage is closed, and
 * with this process in any case.
 */
export function storageOfSecondProcess(options: SecondOptions): Storage & { readonly pid: number } {
  const second = new SecondProcess(options);
  const call = async <T>(method: ForwardedMethod, ...args: readonly unknown[]): Promise<T> =>
    (await second.call(method, ...args)) as T;
  return {
    pid: second.pid,
    info: { backend: 'local filesystem', fields: { path: options.root } },
    settings: resolveSettings(localDefaults, options.settings),
    canWrite: () => call('canWrite'),
    canCreateRepository: () => call('canCreateRepository'),
    rootIsClean: () => call('rootIsClean'),
    getObject: async (path, given) => bodyOf(await call('getObject', path, given)),
    getObjectConditional: async (path, version) => {
      const result = await call<{ kind: 'modified'; object: ForwardedObject } | { kind: 'on_latest_version' }>(
        'getObjectConditional',
        path,
        version,
      );
      return result.kind === 'modified' ? { ...result, object: bodyOf(result.object) } : result;
    },
    putObject: (path, data, given) => call('putObject', path, data, given),
    copyObject: (from, to, given) => call('copyObject', from, to, given),
    async *listObjects(prefix) {
      yield* await call<[]>('listObjects', prefix);
    },
    deleteObjects: async (prefix, items) => {
      const result = await call<DeleteObjectsResult>('deleteObjects', prefix, await gathered(items));
      const failures = result.failures.map(({ id, error }) => ({ id, error: errorOf({ ...error }) }));
      return { ...result, failures };
    },
    getObjectLastModified: (path) => call('getObjectLastModified', path),
    close: async () => {
      await call('close').finally(() => second.end());
    },
  };
}

function bodyOf({ bytes, ...facts }: ForwardedObject): ObjectBody {
  return { ...facts, bytes: async () => bytes, stream: () => new Blob([bytes]).stream(), cancel: async () => {} };
}

function errorOf(plain: Record<string, unknown>): Error {
  const fields = plain as unknown as StorageErrorFields;
  // The text was composed in the other process, with the fields that would be added to it here.
  const { kind, retry } = fields;
  const message = fields.message.slice(`${kind}: `.length);
  return new StorageError({ kind, message, ...(retry && { retry }) });
}

function withoutSignal(arg: unknown): unknown {
  if (typeof arg !== 'object' || arg === null || !('signal' in arg)) return arg;
  const { signal, ...rest } = arg as { signal?: AbortSignal };
  signal?.throwIfAborted();
  return rest;
}
