import { expect, it } from 'vitest';
import { importedPackages, installCommands, packageName, snippetsOf } from '../src/readme.ts';

const README = `# A package

## Install

\`\`\`sh
npm install @scope/one two
npm install --force three   # where needed
\`\`\`

For workers, \`npm install four\`.

## Use

\`\`\`ts
import { one } from '@scope/one/part';
import type { Two } from 'two';
import { join } from 'node:path';
import * as again from '@scope/one';
import { here } from './here.ts';
\`\`\`

\`\`\`json
{}
\`\`\`

\`\`\`typescript
second();
\`\`\`

\`\`\`sh
npm install five
\`\`\`
`;

it('finds the blocks of TypeScript in their order', () => {
  expect(snippetsOf(README)).toEqual([expect.stringMatching(/^import \{ one \}[^`]*here\.ts';\n$/), 'second();\n']);
  expect(snippetsOf('none')).toEqual([]);
});

it('finds which packages a snippet imports, once each, without files and what Node has', () => {
  expect(importedPackages(snippetsOf(README)[0] ?? '')).toEqual(['@scope/one', 'two']);
  expect(importedPackages('second();')).toEqual([]);
});

it('reads what the section Install says, as commands without comments, and no other section', () => {
  expect(installCommands(README)).toEqual([
    ['@scope/one', 'two'],
    ['--force', 'three'],
  ]);
  expect(installCommands('## Install\n\nnpm install last')).toEqual([['last']]);
  expect(installCommands('## Use\n\nnpm install other\n')).toEqual([]);
});

it('names the package of what is imported', () => {
  expect(['a', 'a/b/c', '@a/b', '@a/b/c'].map(packageName)).toEqual(['a', 'a', '@a/b', '@a/b']);
});
