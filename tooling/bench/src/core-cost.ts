import { cloudDefaults, createStorage, type Storage } from '@icechunk/storage-core';
import { InMemoryClient, InMemoryObjects } from '@icechunk/storage-memory';
import { type Contender, type Measurement, paired, ratios, spread } from './paired.ts';

const GOAL_MICROS = 15;
const data = new Uint8Array(4 * 1024).fill(7);

/** What core adds to a small put and get, with every default of the cloud on, against the client called bare. */
export async function coreCost(rounds: number): Promise<Measurement[]> {
  const objects = new InMemoryObjects();
  const client = new InMemoryClient(objects);
  const storage = createStorage(client, { defaults: cloudDefaults });
  return [
    await row('core, put 4 KiB', storagePut(storage), clientPut(client), rounds),
    await row('core, get 4 KiB', storageGet(storage), clientGet(client), rounds),
  ];
}

async function row(name: string, ours: Contender, rival: Contender, rounds: number): Promise<Measurement> {
  const measured = await paired(ours, rival, 20_000, rounds);
  const added = spread(measured.ours.map((round, index) => round.cpuMicros - (measured.rival[index]?.cpuMicros ?? 0)));
  return {
    case: name,
    rival: rival.name,
    figure: 'µs CPU added',
    ratio: ratios(measured.ours, measured.rival, 'cpuMicros'),
    ours: added,
    goal: `< ${GOAL_MICROS} µs`,
    reached: added.median < GOAL_MICROS,
  };
}

function storagePut(storage: Storage): Contender {
  return {
    name: 'put',
    run: async (operations) => {
      for (let index = 0; index < operations; index++) await storage.putObject(`chunks/${index % 100}`, data);
    },
  };
}

function clientPut(client: InMemoryClient): Contender {
  return {
    name: 'the client bare',
    run: async (operations) => {
      for (let index = 0; index < operations; index++) await client.put({ key: `chunks/${index % 100}`, data });
    },
  };
}

function storageGet(storage: Storage): Contender {
  return {
    name: 'get',
    run: async (operations) => {
      for (let index = 0; index < operations; index++) await (await storage.getObject(`chunks/${index % 100}`)).bytes();
    },
  };
}

function clientGet(client: InMemoryClient): Contender {
  return {
    name: 'the client bare',
    run: async (operations) => {
      for (let index = 0; index < operations; index++) {
        const answer = await client.get({ key: `chunks/${index % 100}` });
        if (answer.kind !== 'found') throw new Error('missing');
        await answer.body.readInto?.(new Uint8Array(answer.sizeBytes));
      }
    },
  };
}
