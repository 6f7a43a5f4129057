import { RunFailed } from '@icechunk-tooling/processes';
import { expect, it } from 'vitest';
import { saidBy } from '../src/said-by.ts';

it.each([
  ['what it wrote, line by line', new RunFailed(['a', 'b'], 'ended with 1', 'one  \n\n  two\n'), ['one', '  two']],
  [
    'how it failed, where it wrote nothing',
    new RunFailed(['a', 'b'], 'ended with 1', '\n'),
    ['RunFailed: a b ended with 1 (it wrote nothing)'],
  ],
  ['whatever else was thrown', new Error('no such\nfile'), ['Error: no such file']],
])('is %s', (_, error, lines) => {
  expect(saidBy(error)).toEqual(lines);
});
