import { expect, it } from 'vitest';
import { toSentOpener } from '../src/opener.ts';
import { runErrand } from '../src/worker-process.ts';

const job = {
  opener: toSentOpener({ module: new URL('./programs/broken-storage.ts', import.meta.url), argument: 'no key' }),
  path: 'counter',
};

it('says why a process failed, with the kind and the fields of a StorageError', async () => {
  const failure = runErrand('./read-counter-process.ts', job);
  await expect(failure).rejects.toThrow(
    /^process .*read-counter-process\.ts ended with 1: StorageError: permission_denied: no key/,
  );
  await expect(failure).rejects.toThrow(/kind: 'permission_denied'/);
  await expect(failure).rejects.toThrow(/providerCode: 'KeyIsMadeUp'/);
});
