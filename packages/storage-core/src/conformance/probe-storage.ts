import type { StorageClient } from '../client.ts';
import type { Storage } from '../contract.ts';
import { isStorageError } from '../errors.ts';
import type { StorageSettings } from '../settings.ts';
import type { VersionInfo, WriteCondition } from '../version.ts';
import { showError } from './assert.ts';
import { type ConformanceHarness, declaredCapabilities, type SuiteCapabilities } from './harness.ts';
import { HarnessError, mend } from './harness-error.ts';

// What cannot be reached is to be said at once.
const settings: StorageSettings = { retries: { maxTries: 2, initialBackoffMs: 1, maxBackoffMs: 2 } };

const path = 'probe';
// Of its own: a storage that shows an older state is not to be told that it drops metadata.
const pathWithMetadata = 'probe-metadata';
const one = new Uint8Array([1]);

/**
 * Opens the harness's storage, and tries what nothing works without and what the harness declares.
 *
 * @throws HarnessError that says what to mend.
 */
export async function probeStorage(harness: ConformanceHarness): Promise<void> {
  const opened = await open(harness);
  const other = await open(harness);
  try {
    if (harness.faults) checkClient(opened.client, declaredCapabilities(harness));
    await said(checkPlace(opened.storage, other.storage, declaredCapabilities(harness)));
  } finally {
    await Promise.all([said(opened.storage.close()), said(other.storage.close())]);
  }
}

interface Opened {
  readonly storage: Storage;
  /** What went through `wrap`. */
  readonly client: StorageClient | undefined;
}

async function open(harness: ConformanceHarness): Promise<Opened> {
  const prefix = `conformance/check/${crypto.randomUUID()}`;
  let client: StorageClient | undefined;
  const wrap = (inner: StorageClient): StorageClient => {
    client = inner;
    return inner;
  };
  try {
    const storage = await harness.open({ prefix, settings, readOnly: false, onEvent: () => {}, wrap });
    checkMethods(storage);
    return { storage, client };
  } catch (err) {
    if (err instanceof HarnessError) throw err;
    throw mend(`\`open\` failed: ${showError(err)}`);
  }
}

const methods = [
  'canWrite',
  'canCreateRepository',
  'rootIsClean',
  'getObject',
  'getObjectConditional',
  'putObject',
  'copyObject',
  'listObjects',
  'deleteObjects',
  'getObjectLastModified',
  'close',
] as const;

function checkMethods(storage: Storage): void {
  if (typeof storage !== 'object' || storage === null) throw mend(`\`open\` must give a Storage, and gave ${storage}`);
  const missing = methods.filter((name) => typeof storage[name] !== 'function');
  if (missing.length > 0) throw mend(`what \`open\` gives is no Storage: it lacks ${missing.join(', ')}`);
}

/** The client behind `wrap` says what it can do: a harness must not claim more. */
function checkClient(client: StorageClient | undefined, declared: SuiteCapabilities): void {
  if (!client) throw mend('`faults` is declared, and `open` did not pass its client through `context.wrap`');
  const can = { ...client.capabilities, multipart: client.multipart !== undefined };
  for (const name of Object.keys(declared) as (keyof SuiteCapabilities)[]) {
    if (name !== 'contentEtags' && declared[name] && !can[name])
      throw mend(`the client has no \`${name}\`: declare \`capabilities: { ${name}: false }\``);
  }
}

async function checkPlace(storage: Storage, other: Storage, declared: SuiteCapabilities): Promise<void> {
  if (!(await storage.rootIsClean()))
    throw mend('objects lie under a prefix that was made by chance: does `open` use `context.prefix`?');
  await storage.putObject(path, one);
  try {
    if (!(await other.rootIsClean()))
      throw mend('two prefixes lead to the same objects: `open` must hold them below `context.prefix`');
    await checkConditions(storage, declared);
    if (declared.userMetadata) await checkMetadata(storage);
  } finally {
    const items = [path, pathWithMetadata].map((id) => ({ id, sizeBytes: 1 }));
    await storage.deleteObjects('', items);
  }
}

/** Whether a condition is taken at all: whether it is kept is for the cases to say. */
async function checkConditions(storage: Storage, declared: SuiteCapabilities): Promise<void> {
  const version: VersionInfo = { etag: '"of-no-object"' };
  if (declared.conditionalCreate) await checkCondition(storage, 'conditionalCreate', { kind: 'create' });
  if (declared.conditionalUpdate) await checkCondition(storage, 'conditionalUpdate', { kind: 'update', version });
}

async function checkCondition(storage: Storage, name: string, condition: WriteCondition): Promise<void> {
  try {
    await storage.putObject(path, one, { condition });
  } catch (err) {
    if (isStorageError(err, 'unsupported'))
      throw mend(`the storage refuses conditions: declare \`capabilities: { ${name}: false }\``);
    throw err;
  }
}

async function checkMetadata(storage: Storage): Promise<void> {
  await storage.putObject(pathWithMetadata, one, { metadata: { probe: 'kept' } });
  const object = await storage.getObject(pathWithMetadata);
  await object.cancel();
  if (Object.keys(object.metadata ?? {}).length === 0)
    throw mend('the storage drops user metadata: declare `capabilities: { userMetadata: false }`');
}

/** What fails here fails for every case: it is told as the harness's. */
async function said(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (err) {
    if (err instanceof HarnessError) throw err;
    throw mend(`${whatFails(err)}: ${showError(err)}`);
  }
}

function whatFails(err: unknown): string {
  if (isStorageError(err, 'unavailable', 'timeout')) return 'the storage cannot be reached (does its endpoint run?)';
  if (isStorageError(err, 'unauthenticated', 'permission_denied')) return 'the storage refuses the credentials';
  return 'the storage cannot be used';
}
