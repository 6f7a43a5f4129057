import { expect, it } from 'vitest';
import { pnpmCommand } from '../src/pnpm.ts';

it('is the pnpm that runs this, without asking a registry for it', () => {
  expect(pnpmCommand('/opt/bin/pnpm')).toEqual(['/opt/bin/pnpm']);
});

it.each([undefined, '/usr/lib/npm/bin/npm-cli.js', '/opt/pnpm/other'])(
  'is found by npx where this is run by %s',
  (running) => {
    expect(pnpmCommand(running)).toEqual(['npx', '-y', 'pnpm@12']);
  },
);
