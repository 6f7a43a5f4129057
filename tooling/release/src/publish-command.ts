import { parseArgs } from 'node:util';
import { asCommand, root } from './command.ts';
import { publish } from './publish.ts';

/** `pnpm release:publish [--registry <url>] [--tag <npm tag>]`: see docs/releasing.md. */
await asCommand(async () => {
  const { values } = parseArgs({ options: { registry: { type: 'string' }, tag: { type: 'string' } } });
  const { registry, tag } = values;
  const tags = await publish(root, {
    ...(registry !== undefined && { registry }),
    ...(tag !== undefined && { npmTag: tag }),
    say: (line) => console.log(line),
  });
  if (tags.length === 0) console.log('Every package is released in the version that it has.');
});
