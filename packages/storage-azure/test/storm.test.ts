import { randomInt, randomUUID } from 'node:crypto';
import { describeWithServer, type ToxicProxy } from '@icechunk-tooling/servers';
import { type Disturbance, defineStormTest, type Opener } from '@icechunk-tooling/storm';
import { it } from 'vitest';
import type { AzureServerAddress } from './server-address.ts';
import type { StormPlace } from './storm-storage.ts';
import { freshContainer } from './target.ts';

const seed = Number(process.env['ICECHUNK_TEST_SEED'] ?? randomInt(2 ** 31));
const module = new URL('./storm-storage.ts', import.meta.url);

async function placeOn(server: AzureServerAddress): Promise<StormPlace> {
  const { account, accountKey, accountUrl } = server;
  const { containerName: container } = await freshContainer(server);
  return { account, accountKey, accountUrl, container, prefix: `storm-${randomUUID()}` };
}

const openerOf = (argument: StormPlace): Opener => ({ module, argument });

describeWithServer(
  'azurite',
  'a storm on Azurite',
  (server) => {
    describeWithServer('toxiproxy', 'through a network that breaks', (toxiproxy) => {
      defineStormTest(it, 'loses no commit of 4 processes', seed, async (random) => {
        const direct = await placeOn(server);
        const proxy = await toxiproxy.proxy(server.url);
        const place = { ...direct, accountUrl: `${proxy.url}/${direct.account}` };
        return {
          opener: openerOf(place),
          random,
          commits: 100,
          kills: 2,
          disturbances: [resets(proxy), cuts(proxy), outages(proxy)],
        };
      });
    });

    // Azurite saves its index every 5 s, so that SIGKILL takes back what it acknowledged: SIGTERM lets it save.
    defineStormTest(it, 'loses no commit where the server is ended and started again', seed, async (random) => ({
      opener: openerOf(await placeOn(server)),
      random,
      commits: 40,
      disturbances: [{ times: 2, strike: () => server.restart() }],
    }));
  },
  { owned: true },
);

function resets(proxy: ToxicProxy): Disturbance {
  return {
    times: 2,
    strike: (random) => during(proxy, () => proxy.addToxic('reset_peer', { timeout: 5 + Math.floor(random() * 40) })),
  };
}

function cuts(proxy: ToxicProxy): Disturbance {
  return {
    times: 2,
    strike: (random) =>
      during(proxy, () => proxy.addToxic('limit_data', { bytes: 200 + Math.floor(random() * 2_000) })),
  };
}

function outages(proxy: ToxicProxy): Disturbance {
  return {
    times: 2,
    strike: async () => {
      await proxy.disable();
      await pause();
      await proxy.enable();
    },
    end: () => proxy.enable(),
  };
}

async function during(proxy: ToxicProxy, disturb: () => Promise<void>): Promise<void> {
  await disturb();
  await pause();
  await proxy.removeToxics();
}

/** How long a disturbance lasts: it decides nothing. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300));
}
