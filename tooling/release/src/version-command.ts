import { asCommand, root } from './command.ts';
import { version } from './version.ts';

/** `pnpm release:version`: see docs/releasing.md. */
await asCommand(() => version(root));
