import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from './check.ts';
import { repositoryFiles } from './repository-files.ts';

/** What ties a repository to one machine or one network, and how to say it. */
const TIES: readonly (readonly [RegExp, string])[] = [
  [/(?<![\w.~}-])\/(?:work|tmp|root|home|Users)\/[\w.$-]/, 'an absolute path of one machine'],
  [/(?<![\w/])[A-Za-z]:\\(?:Users|work|temp)\\/i, 'an absolute path of one machine'],
  [
    /\bregistry\.[a-z][\w-]*\.[a-z]|\bnpm\.pkg\.[a-z]|\b(?:pypi|verdaccio|artifactory|nexus)\.[\w-]+\.[a-z]/,
    'a registry by host',
  ],
];

/** What leaves a test out. `lint` finds the usual spellings, and not those that are called on what another call gave. */
const LEFT_OUT = /\.(?:only|skip|skipIf|runIf|todo)\(/;

/** The repository holds no path and no host of the machine that it was written on, and no test that does not run. */
export const alone: Check = {
  name: 'alone',
  async run(root) {
    const files = await repositoryFiles(root);
    const found = await Promise.all(files.map((file) => tiesIn(root, file)));
    return { problems: found.flat(), notes: [`${files.length} files`] };
  },
};

async function tiesIn(root: string, file: string): Promise<string[]> {
  // A file that is deleted and not yet committed is still listed.
  const text = await readFile(join(root, file), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const isTest = file.endsWith('.test.ts');
  const inLockfile = file.endsWith('pnpm-lock.yaml');
  return lines.flatMap((line, index) => {
    const ties = TIES.filter(([pattern]) => pattern.test(line)).map(([, what]) => what);
    if (isTest && LEFT_OUT.test(line)) ties.push('a test that is left out, or that leaves out the others');
    if (inLockfile && /https?:\/\//.test(line)) ties.push('a host in the lockfile');
    return ties.map((what) => `${file}:${index + 1} names ${what}`);
  });
}
