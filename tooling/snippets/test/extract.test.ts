import { expect, it } from 'vitest';
import { extractSnippets } from '../src/extract.ts';

it('takes blocks of TypeScript, with their line, and no others', () => {
  const markdown = [
    '# Title',
    '```ts',
    'const a = 1;',
    '```',
    '```sh',
    'pnpm install',
    '```',
    '- in a list:',
    '  ~~~~typescript title="b"',
    '  const b = `',
    '  ```',
    '  `;',
    '  ~~~~',
    '    indented code',
    '```',
    'no language',
    '```',
  ].join('\n');
  expect(extractSnippets(markdown)).toEqual([
    { line: 3, code: 'const a = 1;' },
    { line: 10, code: 'const b = `\n```\n`;' },
  ]);
});
