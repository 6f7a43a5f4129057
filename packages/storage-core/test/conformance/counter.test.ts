import { describe, expect, it } from 'vitest';
import type { PutAnswer, PutRequest, StorageClient } from '../../src/client.ts';
import { countTogether } from '../../src/conformance/counter.ts';
import type { Storage } from '../../src/index.ts';
import { FakeClient } from '../fake-client.ts';
import { storageOver } from './storage-over.ts';

const writers = (storage: Storage): Storage[] => [storage, storage, storage, storage];

type Put = (request: PutRequest) => Promise<PutAnswer>;

function changedPuts(change: (request: PutRequest, put: Put) => Promise<PutAnswer>): FakeClient {
  const client = new FakeClient();
  const put = client.put.bind(client);
  const changed: StorageClient['put'] = (request, context) => change(request, (sent) => put(sent, context));
  return Object.assign(client, { put: changed as typeof put });
}

function over(client: FakeClient): Storage[] {
  client.capabilities = { ...client.capabilities, userMetadata: false };
  return writers(storageOver(client));
}

describe('countTogether', () => {
  it('passes where every update has one winner', async () => {
    const client = new FakeClient();
    await countTogether(over(client), 10);
    const [counter] = client.objects.values();
    expect(new TextDecoder().decode(counter?.data)).toBe('40');
  });

  it('fails where an update is lost', async () => {
    const unconditional = changedPuts(({ condition: _, ...request }, put) => put(request));
    await expect(countTogether(over(unconditional), 10)).rejects.toThrow('expected 40, saw');
  });

  it('fails where an update is refused though nobody got ahead', async () => {
    let puts = 0;
    const refusing = changedPuts(async (request, put) => (++puts === 20 ? { kind: 'refused' } : put(request)));
    const [storage] = over(refusing);
    await expect(countTogether(storage ? [storage] : [], 30)).rejects.toThrow('and 18 it still is');
  });

  it('fails, and ends, where updates land that are said to be refused', async () => {
    const lying = changedPuts(async (request, put) => {
      const answer = await put(request);
      return request.condition ? { kind: 'refused' } : answer;
    });
    await expect(countTogether(over(lying), 10)).rejects.toThrow('at most 40 updates were not refused');
  });

  it('fails where the counter holds no number', async () => {
    const garbling = changedPuts((request, put) => put({ ...request, data: new Uint8Array([0x61]) }));
    await expect(countTogether(over(garbling), 10)).rejects.toThrow('the counter holds "a"');
  });
});
