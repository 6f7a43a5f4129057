import { parseArgs } from 'node:util';
import { asCommand, root } from './command.ts';
import { refuseFor } from './refusal.ts';
import { unannounced } from './unannounced.ts';

/** `pnpm release:status [<commit>]`: refuses changes since that commit, or since the last release, that no changeset names. */
await asCommand(async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  refuseFor(await unannounced(root, positionals[0]));
  console.log('Every change that users see is named by a changeset.');
});
