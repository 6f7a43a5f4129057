import { expect, it } from 'vitest';
import type { AttemptContext } from '../src/client.ts';
import { systemClock } from '../src/clock.ts';
import { freeUpload } from '../src/free-upload.ts';
import { Runner } from '../src/runner.ts';
import { cloudDefaults } from '../src/settings.ts';
import { FakeClient, reset } from './fake-client.ts';

const upload = { key: 'k', uploadId: 'u' };
const gone = { name: 'putObject', path: 'k', signal: AbortSignal.abort('left') };

async function freed(abort: (context: AttemptContext) => Promise<void>): Promise<void> {
  const client = new FakeClient();
  const mechanics = {
    client,
    settings: cloudDefaults,
    runner: new Runner(client, cloudDefaults, () => {}, systemClock),
    emit: () => {},
  };
  await freeUpload(mechanics, gone, { ...client.multipart, abort: (_, context) => abort(context) }, upload);
}

it('asks once, though the caller has left', async () => {
  const signals: AbortSignal[] = [];
  await freed(async ({ signal }) => void signals.push(signal));
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
});

it('hides no other failure by its own, and tries once', async () => {
  let calls = 0;
  await freed(async () => {
    calls++;
    throw reset();
  });
  expect(calls).toBe(1);
});
