import { storedAttributes } from './attributes.ts';
import type { CopyObjectOptions } from './contract.ts';
import { isStorageError } from './errors.ts';
import type { Mechanics } from './mechanics.ts';
import { checkedPutAnswer, refusedWithoutCondition } from './put-answer.ts';
import type { Operation } from './runner.ts';
import { isSendableVersion, type VersionedUpdateResult } from './version.ts';

/** See {@link Storage.copyObject}; paths and options have been checked. `operation.path` is the target's: only what is missing is named by the source's. */
export async function copyObject(
  { client, settings, runner, emit }: Mechanics,
  operation: Operation & { readonly path: string },
  from: { readonly path: string; readonly key: string },
  toKey: string,
  { version, contentType }: CopyObjectOptions,
): Promise<VersionedUpdateResult> {
  if (version && !settings.unsafeUseConditionalUpdate) emit({ kind: 'condition_dropped', condition: 'update' });
  const ifVersion = settings.unsafeUseConditionalUpdate ? version : undefined;
  if (ifVersion && !isSendableVersion(ifVersion)) return { kind: 'not_on_latest_version' };
  const attributes = storedAttributes(
    contentType === undefined ? {} : { contentType },
    operation.path,
    client,
    settings,
  );
  const request = { fromKey: from.key, toKey, ...attributes, ...(ifVersion && { ifVersion }) };
  // A copy that is sent again does the same again, so that nothing has to be read back.
  const answer = await runner.run(operation, async (context) => {
    try {
      return checkedPutAnswer(await client.copy(request, context));
    } catch (err) {
      throw isStorageError(err, 'not_found') ? err.with({ path: from.path }) : err;
    }
  });
  if (answer.kind === 'stored') return { kind: 'updated', newVersion: answer.version };
  if (!ifVersion) throw runner.explain(refusedWithoutCondition(), operation);
  return { kind: 'not_on_latest_version' };
}
