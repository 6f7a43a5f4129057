import { describe, expect, it } from 'vitest';
import type { GetAnswer, GetRequest } from '../../src/client.ts';
import { commonRange, generationOf } from '../../src/conformance/generations.ts';
import { raceReads } from '../../src/conformance/race-reads.ts';
import { SeededRandom } from '../../src/conformance/seeded-random.ts';
import { FakeClient } from '../fake-client.ts';
import { storageOver } from './storage-over.ts';

const concurrency = { idealConcurrentRequestSize: 1_000, maxConcurrentRequestsForObject: 8 };

/** Answers reads of a certain version with whatever is there, under that version. */
class TearingClient extends FakeClient {
  torn = 0;

  override async get(
    { ifVersion, ...request }: GetRequest,
    context: Parameters<FakeClient['get']>[1],
  ): Promise<GetAnswer> {
    const answer = await super.get(request, context);
    if (!ifVersion || answer.kind !== 'found') return answer;
    if (answer.version.etag !== ifVersion.etag) this.torn++;
    return { ...answer, version: ifVersion };
  }
}

describe('raceReads', () => {
  it('reads states of one sound store, the last of them at the end', async () => {
    const storage = storageOver(new FakeClient(), { concurrency });
    const { seen, written } = await raceReads(new SeededRandom(1), storage, storage, commonRange);
    const generations = seen.map(generationOf);
    expect(generations.at(-1)).toBe(written.size - 1);
    expect(new Set(generations).size).toBeGreaterThan(1);
    expect(written.size).toBeGreaterThanOrEqual(100);
  });

  it('meets a read between its parts, whatever the seed', async () => {
    for (let seed = 0; seed < 5; seed++) {
      const client = new TearingClient();
      const storage = storageOver(client, { concurrency });
      const { seen } = await raceReads(new SeededRandom(seed), storage, storage, commonRange);
      expect(client.torn).toBeGreaterThan(0);
      expect(() => seen.map(generationOf)).toThrow('byte 0 is of state');
    }
  });

  it('lets no other error pass for a change', async () => {
    const client = new FakeClient();
    const storage = storageOver(client, { concurrency });
    client.get = () => Promise.reject(new Error('broken'));
    await expect(raceReads(new SeededRandom(1), storage, storage)).rejects.toMatchObject({ kind: 'unknown' });
  });
});
