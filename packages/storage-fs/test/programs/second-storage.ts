import {
  createStorage,
  type DeleteItem,
  localDefaults,
  type ObjectBody,
  type Storage,
  toStorageError,
  withPrefix,
} from '@icechunk/storage-core';
import { type ForwardedCall, type ForwardedObject, gathered, type SecondOptions } from '../forwarded.ts';
import { localClient } from '../local-client.ts';

// A storage of this process, for another that sends its calls over IPC. Ends with the channel.
const { root, prefixes, ...options } = JSON.parse(process.argv[2] ?? '') as SecondOptions;
const opened: Storage = createStorage(localClient(root), { defaults: localDefaults, ...options });
const storage = prefixes.reduce(withPrefix, opened);

async function whole(body: ObjectBody): Promise<ForwardedObject> {
  const { version, sizeBytes, range } = body;
  return { version, sizeBytes, range, bytes: await body.bytes() };
}

async function perform({ method, args }: ForwardedCall): Promise<unknown> {
  const [first, second, third] = args as [never, never, never];
  switch (method) {
    case 'getObject':
      return await whole(await storage.getObject(first, second));
    case 'getObjectConditional': {
      const result = await storage.getObjectConditional(first, second, third);
      return result.kind === 'modified' ? { ...result, object: await whole(result.object) } : result;
    }
    case 'listObjects':
      return await gathered(storage.listObjects(first));
    case 'deleteObjects': {
      const { failures, ...counts } = await storage.deleteObjects(first, second as DeleteItem[]);
      return { ...counts, failures: failures.map(({ id, error }) => ({ id, error: toStorageError(error).toJSON() })) };
    }
    case 'putObject':
      return await storage.putObject(first, second, third);
    case 'copyObject':
      return await storage.copyObject(first, second, third);
    default:
      return await storage[method](first);
  }
}

process.on('disconnect', () => process.exit());
process.on('message', (call: ForwardedCall) => {
  void perform(call).then(
    (value) => process.send?.({ id: call.id, value }),
    (err: unknown) => process.send?.({ id: call.id, error: toStorageError(err).toJSON() }),
  );
});
