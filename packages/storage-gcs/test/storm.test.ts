import { randomInt } from 'node:crypto';
import {
  describeWithServer,
  type FakeGcsServer,
  startToxiproxy,
  type ToxicProxy,
  type Toxiproxy,
} from '@icechunk-tooling/servers';
import { type Disturbance, defineCounterTest, defineStormTest, type Opener } from '@icechunk-tooling/storm';
import { afterAll, beforeAll, it } from 'vitest';

const seed = Number(process.env['ICECHUNK_TEST_SEED'] ?? randomInt(2 ** 31));

async function openerAt(server: FakeGcsServer, url: string = server.url): Promise<Opener> {
  return {
    module: new URL('./storm-storage.ts', import.meta.url),
    argument: { url, bucket: await server.createBucket() },
  };
}

/** The server is killed in the middle of whatever it does, and comes back with what it had on its disk. */
const kills = (server: FakeGcsServer): Disturbance => ({
  times: 4,
  async strike() {
    await server.kill();
    await server.restart();
  },
});

/** The network loses what is on its way, in either direction. */
const resets = (proxy: ToxicProxy): Disturbance => ({
  times: 8,
  async strike(random) {
    const stream = random() < 0.5 ? 'upstream' : 'downstream';
    if (random() < 0.5) await proxy.addToxic('limit_data', { bytes: Math.floor(random() * 2_000) }, { stream });
    else await proxy.addToxic('reset_peer', { timeout: Math.floor(random() * 50) }, { stream });
    await new Promise((resolve) => setTimeout(resolve, 100 + random() * 200));
    await proxy.removeToxics();
  },
  end: () => proxy.removeToxics(),
});

// It keeps objects, generations and metadata in files, so that they are there again after a kill.
describeWithServer(
  'fake-gcs',
  'a storm',
  (server) => {
    let toxiproxy: Toxiproxy;
    let proxy: ToxicProxy;
    beforeAll(async () => {
      toxiproxy = await startToxiproxy();
      proxy = await toxiproxy.proxy(server.url);
    });
    afterAll(() => toxiproxy?.stop());

    defineCounterTest(it, 'two processes update config.yaml, and no update is lost', seed, async (random) => ({
      opener: await openerAt(server),
      workers: 2,
      increments: 100,
      random,
    }));

    defineStormTest(it, '100 commits of 4 processes, of which some are killed', seed, async (random) => ({
      opener: await openerAt(server),
      workers: 4,
      commits: 100,
      kills: 4,
      random,
    }));

    defineStormTest(it, '40 commits of 4 processes over a network that breaks', seed, async (random) => ({
      opener: await openerAt(server, proxy.url),
      workers: 4,
      commits: 40,
      disturbances: [resets(proxy)],
      random,
    }));

    defineStormTest(it, '30 commits of 3 processes to a server that is killed', seed, async (random) => ({
      opener: await openerAt(server),
      workers: 3,
      commits: 30,
      disturbances: [kills(server)],
      random,
    }));
  },
  { owned: true },
);
