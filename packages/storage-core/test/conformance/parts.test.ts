import { expect, it } from 'vitest';
import { FaultyClient } from '../../src/conformance/faulty-client.ts';
import { evenBytes, partsOf, settingsForParts } from '../../src/conformance/parts.ts';
import { SeededRandom } from '../../src/conformance/seeded-random.ts';
import { cloudDefaults, createStorage } from '../../src/index.ts';
import { FakeClient } from '../fake-client.ts';

const mebibyte = 1024 * 1024;

function clientWithParts(minPartSizeBytes: number): { inner: FakeClient; client: FaultyClient } {
  const inner = new FakeClient();
  Object.assign(inner, { multipart: { ...inner.multipart, minPartSizeBytes } });
  return { inner, client: new FaultyClient(inner) };
}

it('parts are as small as the client lets them be, and not so small that there would be thousands', () => {
  expect(partsOf(clientWithParts(5_000).client, 1)).toBe(5_000);
  expect(partsOf(clientWithParts(5_000).client, 3)).toBe(15_000);
  expect(partsOf(clientWithParts(1).client, 1)).toBe(1_021);
  // S3's minimum.
  expect(partsOf(undefined, 2)).toBe(2 * 5 * mebibyte);
});

it('a storage under the settings uploads from one part on, in parts of that size', async () => {
  const { inner, client } = clientWithParts(1);
  const storage = createStorage(client, { defaults: cloudDefaults, settings: settingsForParts(client) });
  await storage.putObject('small', new Uint8Array(1_020));
  expect(inner.count('start')).toBe(0);
  await storage.putObject('large', new Uint8Array(2 * 1_021 + 1));
  const sizes = inner.requests<{ data: Uint8Array }>('uploadPart').map(({ data }) => data.byteLength);
  expect(sizes.sort((a, b) => b - a)).toEqual([1_021, 1_021, 1]);
});

it('even bytes are all one byte, and never zero, which is what a missing part would leave', () => {
  const random = new SeededRandom(3);
  const values = new Set<number>();
  for (let round = 0; round < 2_000; round++) {
    const [first, ...rest] = evenBytes(3, random);
    expect(rest).toEqual([first, first]);
    values.add(first as number);
  }
  expect(values.has(0)).toBe(false);
  expect(values.size).toBe(255);
});
