import { expect, it } from 'vitest';
import type { PublishedPackage } from '../src/packages.ts';
import { subjectOf } from '../src/subjects.ts';

const NAME = '@icechunk/storage-new';

function block(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\`\n`;
}

function packageOf(install: string, ...snippets: readonly string[]): PublishedPackage {
  const readme = `## Install\n\n${block('sh', install)}\n## Use\n\n${snippets.map((code) => block('ts', code)).join('\n')}`;
  const manifest = { name: NAME, version: '1.0.0', exports: { '.': {} } };
  return { name: NAME, version: '1.0.0', folder: '/', manifest, readme };
}

const alone = `import { a } from '${NAME}';`;
const served = `${alone}\nopen('http://localhost:9000');`;
const withEngine = `${alone}\nimport { b } from 'engine';`;

it('runs the first snippet, and the first that talks to a server', async () => {
  const subject = await subjectOf(packageOf(`npm install ${NAME}`, alone, withEngine, served, `${served}\nagain();`));
  expect(subject.programs).toEqual([`${alone}\n`, `${served}\n`]);
  expect(subject.snippets).toHaveLength(3);
  expect(subject).toMatchObject({ specifiers: [NAME], forBrowsers: false });
});

it('runs a first snippet that talks to a server once', async () => {
  expect((await subjectOf(packageOf(`npm install ${NAME}`, served))).programs).toEqual([`${served}\n`]);
});

it('takes it that core is installed besides, which comes along anyway', async () => {
  const subject = await subjectOf(packageOf(`npm install @icechunk/storage-core ${NAME}`, alone));
  expect(subject.programs).toEqual([`${alone}\n`]);
});

it.each([
  ['names another package', packageOf(`npm install ${NAME} tslib`, alone), 'expected the package alone'],
  ['does not name the package', packageOf('npm install @icechunk/storage-core', alone), 'expected the package alone'],
  ['has no command', packageOf('Copy it.', alone), 'expected the package alone'],
  ['shows first what needs more', packageOf(`npm install ${NAME}`, withEngine, alone), 'imports more than'],
  ['shows nothing', packageOf(`npm install ${NAME}`), 'imports more than'],
])('refuses a README that %s', async (_, one, message) => {
  await expect(subjectOf(one)).rejects.toThrow(message);
});
