import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type PutAnswer, StorageError, type WriteCondition } from '@icechunk/storage-core';
import { sweep } from './abandoned.ts';
import { attempt, type Intent, type Progress } from './claim-steps.ts';
import { DurableFolders } from './durable-folders.ts';
import { EmptyFolders } from './empty-folders.ts';
import { errorCode } from './errors.ts';
import type { FileSystem } from './file-system.ts';
import { HeldInodes } from './held-inodes.ts';
import type { Mutations } from './mutations.ts';
import { nodeFileSystem } from './node-file-system.ts';
import { currentOwner } from './owner.ts';
import { type Port, runSteps, type Temp } from './steps.ts';
import { parseVersion, toVersionInfo } from './version.ts';
import { type Workshop, writePort } from './write-port.ts';

/** Where and how {@link createMutations} writes. */
export interface MutationOptions {
  /** An absolute path. Folders that deletes leave empty are removed below it, never it. */
  readonly root: string;
  /** `true` returns only when the disk holds the object and its name. Default `false`. */
  readonly durable?: boolean;
  /** How long a write waits for a process that has begun to delete the same object, in ms. Default 10,000. */
  readonly claimTimeoutMs?: number;
  /** Default: the real one. */
  readonly files?: FileSystem;
  /** Who writes, in the digits of `ownerDigits`. Default: this thread. */
  readonly owner?: string;
}

const defaultClaimTimeoutMs = 10_000;
const longestPauseMs = 50;

/**
 * Changes of files that are compare-and-swap between all threads and processes, killed and stopped ones among them: see
 * `claim-steps.ts` and docs/decisions/0002-filesystem-compare-and-swap.md.
 *
 * Both reject with `unsupported` where the file system has no hard links, with `unavailable` where a process that began to
 * delete the object neither goes on nor is provably dead, with `outcome_unknown` where a write that failed half-way could
 * not be taken back, and otherwise with the system's error. An abort before the write is claimed leaves nothing behind.
 */
export function createMutations(options: MutationOptions): Mutations {
  const { root, durable = false, claimTimeoutMs = defaultClaimTimeoutMs, owner = currentOwner() } = options;
  const files = options.files ?? nodeFileSystem(root);
  const held = new HeldInodes(files, owner, root);
  const workshop: Workshop = { files, owner, held, durable: durable ? new DurableFolders(files, root) : undefined };
  const folders = new EmptyFolders(files, root);
  const swept = new Set<string>();

  const sweepOnce = (folder: string): void => {
    if (swept.has(folder)) return;
    swept.add(folder);
    // In its own time: it is for nobody's good but the disk's.
    runSteps(sweep(folder), writePort(workshop, nothing)).catch(() => undefined);
  };

  const carry = async (intent: Intent, port: Port, signal: AbortSignal): Promise<Progress> => {
    const progress = await carryOut(intent, port, signal, claimTimeoutMs);
    if (progress.kind === 'stored') await writeThrough(intent, workshop.durable);
    if (progress.kind === 'removed') await workshop.durable?.syncIfThere(dirname(intent.file));
    sweepOnce(dirname(intent.file));
    return progress;
  };

  return {
    put: async (file, write, condition, signal) => {
      const intent = intentOf(file, condition);
      if (intent === undefined) return { kind: 'refused' };
      const port = writePort(workshop, (tempFile) => write(tempFile, signal));
      return toAnswer(await carry(intent, port, signal));
    },
    remove: async (file, signal) => {
      const port = writePort(workshop, nothing);
      await folders.after(dirname(file), () => carry({ kind: 'remove', file }, port, signal));
    },
  };
}

// The object is there for all to see, so that no failure may pass for a refusal, or lead to a second try that is refused.
async function writeThrough({ kind, file }: Intent, durable: DurableFolders | undefined): Promise<void> {
  try {
    await durable?.sync(dirname(file));
  } catch (cause) {
    // Somebody has deleted it since, with its folder.
    if (errorCode(cause) === 'ENOENT') return;
    if (kind === 'overwrite') throw cause;
    const message =
      'the object was written, and may not outlive a loss of power: its folder could not be written through';
    throw new StorageError({ kind: 'outcome_unknown', message, cause });
  }
}

const nothing: () => Promise<void> = async () => undefined;

// An update of a version that no file can have is refused without a look at the disk.
function intentOf(file: string, condition: WriteCondition | undefined): Intent | undefined {
  if (condition === undefined) return { kind: 'overwrite', file };
  if (condition.kind === 'create') return { kind: 'create', file };
  const version = parseVersion(condition.version);
  return version && { kind: 'update', file, version };
}

function toAnswer(progress: Progress): PutAnswer {
  if (progress.kind !== 'stored') return { kind: 'refused' };
  return { kind: 'stored', version: toVersionInfo(progress.version) };
}

async function carryOut(intent: Intent, port: Port, signal: AbortSignal, timeoutMs: number): Promise<Progress> {
  let temp: Temp | undefined;
  let waitedSince: number | undefined;
  let pauseMs = 1;
  try {
    for (;;) {
      signal.throwIfAborted();
      const progress = await runSteps(attempt(intent, temp), port);
      if (progress.kind !== 'again' && progress.kind !== 'busy') return progress;
      temp = progress.temp;
      if (progress.kind === 'again') continue;
      waitedSince ??= performance.now();
      if (performance.now() - waitedSince > timeoutMs) throw claimedForEver(progress.claim);
      await pause(pauseMs, undefined, { signal });
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  } catch (error) {
    if (temp !== undefined) await port.discard(temp.path);
    signal.throwIfAborted();
    throw error;
  }
}

function claimedForEver(claim: string): StorageError {
  return new StorageError({
    kind: 'unavailable',
    message:
      'a process that is stopped, or ran on another machine, has begun to delete this object: ' +
      `when it is sure not to go on, remove the file ${claim}`,
  });
}
