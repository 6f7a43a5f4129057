import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  consumeAll,
  publishAll,
  publishAnotherCore,
  startRegistry,
  withTemporaryFolder,
} from '@icechunk-tooling/consumers';
import { run } from '@icechunk-tooling/processes';
import { warningsOf } from './publish.ts';
import { refusalIn, refuseFor } from './refusal.ts';
import { registryTarball } from './registry-tarball.ts';
import { type Rehearsal, rehearseVersions } from './rehearsal.ts';
import { contentsTable } from './show.ts';
import type { Tarball } from './tarball.ts';

/** How much is rehearsed. */
export interface DryRunOptions {
  /** Leaves out what installs the packages. */
  readonly quick: boolean;
  /** Told what came of each step. */
  readonly say: (text: string) => void;
}

/**
 * A release from the changesets that wait to packages that are installed, against a registry of this machine, in a clone that is
 * deleted after it.
 *
 * @throws Refusal Of what a release would be refused for before anything is built; Error with what a command said.
 */
export async function dryRun(root: string, { quick, say }: DryRunOptions): Promise<void> {
  await withTemporaryFolder(async (folder) => {
    const rehearsal = await rehearseVersions(root, join(folder, 'clone'));
    for (const [name, entry] of rehearsal.changes) say(`${name}: the changelog gains\n\n${entry}\n`);
    const local = await startRegistry();
    try {
      await publishAll(local.url, rehearsal.clone).catch(asRefusal);
      const tarballs = await handedOut(local.url.replace(/\/$/, ''), rehearsal, folder);
      say(contentsTable(tarballs));
      for (const { manifest } of tarballs) for (const line of warningsOf(manifest)) say(`warning: ${line}`);
      const tags = await run('git', ['tag', '--points-at', 'HEAD'], { cwd: rehearsal.clone });
      const released = tags.split('\n').filter((tag) => rehearsal.changes.has(tag.slice(0, tag.lastIndexOf('@'))));
      say(`tagged:\n${released.join('\n')}`);
      if (!quick) await consume(local.url, rehearsal.clone, join(folder, 'consumers'), say);
    } finally {
      await local.stop();
    }
  });
}

function asRefusal(error: unknown): never {
  throw refusalIn(String(error)) ?? error;
}

async function handedOut(registry: string, { packages }: Rehearsal, folder: string): Promise<readonly Tarball[]> {
  const wanted = packages.map(({ manifest: { name, version } }) => registryTarball(registry, name, version, folder));
  return await Promise.all(wanted);
}

async function consume(
  registryUrl: string,
  checkout: string,
  folder: string,
  say: (text: string) => void,
): Promise<void> {
  await mkdir(folder);
  await publishAnotherCore(registryUrl, checkout);
  const results = await consumeAll({ registryUrl, checkout, folder });
  say(`installed and used:\n${results.table()}`);
  refuseFor(
    results.failures.map(
      ({ subject, client, column }) => `${subject} fails for those who install it with ${client}: ${column}`,
    ),
  );
}
