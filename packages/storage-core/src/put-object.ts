import { storedAttributes } from './attributes.ts';
import type { ObjectHead, PutAnswer, PutRequest, StorageClient } from './client.ts';
import type { PutObjectOptions } from './contract.ts';
import { isStorageError, StorageError } from './errors.ts';
import type { Mechanics } from './mechanics.ts';
import { putInParts } from './multipart.ts';
import { checkedPutAnswer, refusedWithoutCondition } from './put-answer.ts';
import {
  classify,
  outcomeUnknown,
  type Readback,
  resolveRefused,
  resolveUnanswered,
  WRITE_ID,
  type Written,
} from './readback.ts';
import { isAmbiguous, type Operation } from './runner.ts';
import { putInSequence } from './sequential-upload.ts';
import { isSendableVersion, type VersionedUpdateResult, type WriteCondition } from './version.ts';

/**
 * How long reading back may take. Its own budget: the put's may be used up when the question is most pressing.
 * 30 s is far more than a HEAD takes, and less than a user waits before he believes that nothing goes on.
 */
const READBACK_TIMEOUT_MS = 30_000;

/** See {@link Storage.putObject}; path, data and options have been checked. */
export async function putObject(
  mechanics: Mechanics,
  operation: Operation & { readonly path: string },
  key: string,
  data: Uint8Array,
  { contentType, metadata, condition: wanted }: PutObjectOptions,
): Promise<VersionedUpdateResult> {
  const { client, settings } = mechanics;
  const condition = effectiveCondition(mechanics, operation, wanted);
  if (condition?.kind === 'update' && !isSendableVersion(condition.version)) return { kind: 'not_on_latest_version' };
  const attributes = { ...(contentType !== undefined && { contentType }), ...(metadata && { metadata }) };
  const stored = storedAttributes(attributes, operation.path, client, settings);
  const request = { key, data, ...stored, ...(condition && { condition }) };
  const inParts = client.multipart !== undefined && data.byteLength >= settings.minimumSizeForMultipartUpload;
  const writeId = (condition || inParts) && keepsMetadata(mechanics) ? crypto.randomUUID() : undefined;
  if (writeId === undefined) return await put(mechanics, operation, request, inParts, undefined);
  return await put(
    mechanics,
    operation,
    { ...request, metadata: { ...stored.metadata, [WRITE_ID]: writeId } },
    inParts,
    writeId,
  );
}

async function put(
  mechanics: Mechanics,
  operation: Operation & { readonly path: string },
  request: PutRequest,
  inParts: boolean,
  writeId: string | undefined,
): Promise<VersionedUpdateResult> {
  const written = writeId === undefined ? undefined : { writeId, sizeBytes: request.data.byteLength };
  let mayHaveLanded = false;
  const onFailure = (error: StorageError): void => {
    mayHaveLanded ||= isAmbiguous(error);
  };
  try {
    const { multipart } = mechanics.client;
    const answer =
      inParts && multipart
        ? await putLarge(mechanics, operation, multipart, request, onFailure)
        : await mechanics.runner.run(
            operation,
            async (context) => checkedPutAnswer(await mechanics.client.put(request, context)),
            { onFailure },
          );
    if (answer.kind === 'stored') return { kind: 'updated', newVersion: answer.version };
    if (!request.condition) throw mechanics.runner.explain(refusedWithoutCondition(), operation);
  } catch (err) {
    if (!written || !isStorageError(err) || !mayHaveLanded) throw err;
    return await resolved(mechanics, operation, request.key, written, (readback) => resolveUnanswered(readback, err));
  }
  if (written) {
    const resolve = (readback: Readback): VersionedUpdateResult => resolveRefused(readback, mayHaveLanded);
    return await resolved(mechanics, operation, request.key, written, resolve);
  }
  if (mayHaveLanded) throw mechanics.runner.explain(outcomeUnknown(), operation);
  return { kind: 'not_on_latest_version' };
}

async function putLarge(
  mechanics: Mechanics,
  operation: Operation,
  multipart: NonNullable<StorageClient['multipart']>,
  request: PutRequest,
  onFailure: (error: StorageError) => void,
): Promise<PutAnswer> {
  return multipart.kind === 'sequential'
    ? await putInSequence(mechanics, operation, multipart, request, onFailure)
    : await putInParts(mechanics, operation, multipart, request, onFailure);
}

/** What became of a write by what is there now. */
async function resolved(
  mechanics: Mechanics,
  operation: Operation & { readonly path: string },
  key: string,
  written: Written,
  resolve: (readback: Readback) => VersionedUpdateResult,
): Promise<VersionedUpdateResult> {
  const readback = await readBack(mechanics, operation, key, written);
  try {
    const result = resolve(readback);
    if (result.kind === 'updated') mechanics.emit({ kind: 'write_recovered', path: operation.path });
    return result;
  } catch (err) {
    throw mechanics.runner.explain(err, operation);
  }
}

/**
 * A HEAD with a budget of its own, in which it is sent again like any request: MinIO cuts the connection on which it refused a put.
 * What still fails is an error and never a made-up conflict.
 */
async function readBack(
  { client, runner }: Mechanics,
  operation: Operation,
  key: string,
  written: Written,
): Promise<Readback> {
  const budget = { timeoutMs: READBACK_TIMEOUT_MS, name: 'the read-back' };
  const head = (): Promise<ObjectHead> => runner.run(operation, (context) => client.head(key, context), { budget });
  return classify(
    written,
    await head().catch((err: unknown) => {
      if (isStorageError(err, 'not_found')) return undefined;
      throw err;
    }),
  );
}

function keepsMetadata({ client, settings }: Mechanics): boolean {
  return client.capabilities.userMetadata && settings.unsafeUseMetadata;
}

/** The condition that is sent: none where the settings drop it, and an error where the backend would ignore it. */
function effectiveCondition(
  { client, settings, emit, runner }: Mechanics,
  operation: Operation,
  condition: WriteCondition | undefined,
): WriteCondition | undefined {
  if (!condition) return undefined;
  const create = condition.kind === 'create';
  if (!(create ? settings.unsafeUseConditionalCreate : settings.unsafeUseConditionalUpdate)) {
    emit({ kind: 'condition_dropped', condition: condition.kind });
    return undefined;
  }
  if (create ? client.capabilities.conditionalCreate : client.capabilities.conditionalUpdate) return condition;
  const message = `the backend has no conditional ${condition.kind}, so that two writers could both win`;
  throw runner.explain(new StorageError({ kind: 'unsupported', message }), operation);
}
