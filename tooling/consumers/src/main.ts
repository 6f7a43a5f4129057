import { join } from 'node:path';
import { makeCheckout } from './checkout.ts';
import { consumeAll } from './matrix.ts';
import { publishAll } from './publish.ts';
import { startRegistry } from './registry.ts';
import { withTemporaryFolder } from './temporary-folder.ts';
import { publishAnotherCore } from './two-cores.ts';

const root = join(import.meta.dirname, '../../..');
const started = performance.now();

function say(what: string): void {
  console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${what}`);
}

await withTemporaryFolder(async (folder) => {
  const checkout = join(folder, 'checkout');
  await makeCheckout(root, checkout);
  say('cloned HEAD, installed what it needs, and gave it its next versions');
  const registry = await startRegistry();
  try {
    const packages = await publishAll(registry.url, checkout);
    say(`published ${packages.map(({ name, version }) => `${name}@${version}`).join(', ')}`);
    await publishAnotherCore(registry.url, checkout);
    const results = await consumeAll({ registryUrl: registry.url, checkout, folder: join(folder, 'consumers') });
    say('done');
    console.log(results.table());
    if (results.failures.length > 0) process.exitCode = 1;
  } finally {
    await registry.stop();
  }
});
