import { makeClients } from './clients.ts';
import { consume, type Surroundings } from './consume.ts';
import { consumeFrontPage } from './front-page.ts';
import { inLanes } from './lanes.ts';
import { LocalServers } from './local-servers.ts';
import { packagesOf } from './packages.ts';
import { Results } from './results.ts';
import { runtimes } from './runtimes.ts';
import { subjectOf } from './subjects.ts';
import { consumeTwoCores } from './two-cores.ts';

/** What consumers are given. */
export interface MatrixOptions {
  /** Has every package of the checkout, and the other core: see `publishAll` and `publishAnotherCore`. */
  readonly registryUrl: string;
  /** A clone of the repository, whose manifests and READMEs say what is to be tried. */
  readonly checkout: string;
  /** An empty folder outside any repository, for the consumers and the clients' caches. Its owner removes it. */
  readonly folder: string;
}

// More would wait for the same two cores, and for the same registry.
const LANES = 2;

/**
 * Every package x every client x every runtime, each package alone, from a registry.
 *
 * @returns What came of each check; a failure is a result and does not reject.
 */
export async function consumeAll({ registryUrl, checkout, folder }: MatrixOptions): Promise<Results> {
  const results = new Results();
  results.notes.push(runtimes.map(({ name, version }) => `${name} is ${version}`).join(', '));
  const servers = new LocalServers();
  const all = await packagesOf(checkout);
  const surroundings: Surroundings = { results, servers, all, folder };
  try {
    const clients = await makeClients(registryUrl, `${folder}/home`);
    const subjects = await Promise.all(all.map(subjectOf));
    await inLanes(LANES, [
      ...subjects.flatMap((subject) => clients.all.map((client) => () => consume(subject, client, surroundings))),
      ...clients.all.map((client) => () => consumeTwoCores(client, surroundings)),
      () => consumeFrontPage(clients.npm, checkout, surroundings),
    ]);
  } finally {
    await servers.stop();
  }
  return results;
}
