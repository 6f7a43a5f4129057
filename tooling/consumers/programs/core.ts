// What core does alone: it holds no storage.
import { isStorageError, StorageError, withPrefix } from '@icechunk/storage-core';
import { reportConformance } from '@icechunk/storage-core/conformance';
import { toIcechunkCallbacks } from '@icechunk/storage-core/icechunk';

function refusal(act: () => unknown): unknown {
  try {
    return act();
  } catch (err) {
    return err;
  }
}

if (isStorageError(new Error('of anybody'))) throw new Error('every error is taken for a StorageError');
const refused = refusal(() => Reflect.apply(toIcechunkCallbacks, undefined, [{}]));
if (!(refused instanceof StorageError) || !isStorageError(refused, 'invalid_options'))
  throw new Error(`the bridge made of no storage, and core, do not agree on errors: ${String(refused)}`);
if (
  !isStorageError(
    refusal(() => Reflect.apply(withPrefix, undefined, [{}, '../up'])),
    'invalid_path',
  )
)
  throw new Error('a prefix that leads up was taken');
if (typeof reportConformance !== 'function') throw new Error('there is no conformance suite');
