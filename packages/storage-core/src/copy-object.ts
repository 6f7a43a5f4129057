import { storedAttributes } from './attributes.ts';
import type { CopyObjectOptions } from './contract.ts';
import type { Mechanics } from './mechanics.ts';
import { checkedPutAnswer } from './put-answer.ts';
import type { Operation } from './runner.ts';
import { isSendableVersion, type VersionedUpdateResult } from './version.ts';

/** See {@link Storage.copyObject}; paths and options have been checked. `operation.path` is the target's. */
export async function copyObject(
  { client, settings, runner, emit }: Mechanics,
  operation: Operation & { readonly path: string },
  fromKey: string,
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
  const request = { fromKey, toKey, ...attributes, ...(ifVersion && { ifVersion }) };
  // A copy that is sent again does the same again, so that nothing has to be read back.
  const answer = await runner.run(operation, async (context) => checkedPutAnswer(await client.copy(request, context)));
  return answer.kind === 'stored' ? { kind: 'updated', newVersion: answer.version } : { kind: 'not_on_latest_version' };
}
