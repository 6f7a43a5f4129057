import { randomInt } from 'node:crypto';
import { describeWithServer, startToxiproxy, type ToxicProxy, type Toxiproxy } from '@icechunk-tooling/servers';
import { type Disturbance, defineCounterTest, defineStormTest, type StormPlan } from '@icechunk-tooling/storm';
import { afterAll, beforeAll, it } from 'vitest';

const seed = Number(process.env['ICECHUNK_TEST_SEED'] ?? randomInt(2 ** 31));

describeWithServer(
  'minio',
  'a storm of processes on one bucket',
  (minio) => {
    let toxiproxy: Toxiproxy | undefined;
    let way: ToxicProxy;
    let bucket = '';
    beforeAll(async () => {
      toxiproxy = await startToxiproxy();
      way = await toxiproxy.proxy(minio.url);
      bucket = await minio.createBucket();
    });
    afterAll(() => toxiproxy?.stop());

    const planOn = (prefix: string, endpointUrl: string, disturbance: Disturbance): Omit<StormPlan, 'random'> => {
      const { accessKeyId, secretAccessKey, region } = minio;
      const argument = { endpointUrl, bucket, prefix, accessKeyId, secretAccessKey, region };
      return {
        opener: { module: new URL('./storm-storage.ts', import.meta.url), argument },
        disturbances: [disturbance],
      };
    };

    defineStormTest(it, 'over a network that breaks leaves each of 100 commits, whole and once', seed, (random) => ({
      ...planOn('toxic', way.url, toxics(way)),
      random,
      kills: 4,
    }));

    defineCounterTest(it, 'over a network that breaks leaves each of 200 updates, once', seed, (random) => ({
      ...planOn('counter', way.url, toxics(way)),
      random,
    }));

    defineStormTest(it, 'goes on after the server is killed, and loses nothing', seed, (random) => ({
      ...planOn('killed', minio.url, { times: 3, strike: () => minio.kill().then(() => minio.restart()) }),
      random,
      commits: 40,
    }));
  },
  { owned: true },
);

/** One toxic at a time, each for as long as it takes until the next. */
function toxics(way: ToxicProxy): Disturbance {
  const kinds: readonly ((random: () => number) => Promise<void>)[] = [
    () => way.addToxic('reset_peer', { timeout: 0 }, { toxicity: 0.3 }),
    () => way.addToxic('reset_peer', { timeout: 30 }, { toxicity: 0.5 }),
    (random) => way.addToxic('limit_data', { bytes: Math.floor(random() * 2_000) }, { toxicity: 0.5 }),
    (random) =>
      way.addToxic('limit_data', { bytes: Math.floor(random() * 2_000) }, { toxicity: 0.5, stream: 'upstream' }),
    () => way.addToxic('latency', { latency: 40, jitter: 40 }),
    () => way.addToxic('slow_close', { delay: 200 }),
    () => way.addToxic('bandwidth', { rate: 200 }),
    () => way.addToxic('slicer', { average_size: 50, size_variation: 40, delay: 100 }),
    () => way.addToxic('timeout', { timeout: 100 }, { toxicity: 0.2 }),
    async () => {
      await way.disable();
      await way.enable();
    },
  ];
  return {
    times: 20,
    async strike(random) {
      await way.removeToxics();
      await kinds[Math.floor(random() * kinds.length)]?.(random);
    },
    end: () => way.removeToxics(),
  };
}
