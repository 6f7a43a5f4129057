import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the demo was asked to do. */
export type Options = { readonly kind: 'run'; readonly path: string } | { readonly kind: 'help' };

/** Where the repository is made when nobody says where: the same folder each time, so that its log grows. */
const defaultPath: string = join(tmpdir(), 'precipitation.icechunk');

/** The answer to `--help`. */
export const usage: string = `Commits a grid of annual precipitation to an Icechunk repository in a folder, changes it, lets two
processes commit at once, and reads everything back.

  demo [--path <folder>]

  --path <folder>  the repository; made where there is none, and added to where there is one
                   (default: ${defaultPath})
  --help           this text`;

/**
 * Options from the command line.
 *
 * @param args What follows the script's name.
 * @throws TypeError that names the argument it did not understand.
 */
export function parseOptions(args: readonly string[]): Options {
  // pnpm hands its own separator on.
  const own = args[0] === '--' ? args.slice(1) : args;
  const { values } = parseArgs({
    args: [...own],
    options: { path: { type: 'string' }, help: { type: 'boolean' } },
    allowPositionals: false,
  });
  if (values.help) return { kind: 'help' };
  if (values.path === '') throw new TypeError("Option '--path <folder>' takes the path of a folder");
  // As a path it would be a folder named after the address's scheme. A single letter is a drive of Windows.
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(values.path ?? ''))
    throw new TypeError(`Option '--path <folder>' takes the path of a folder, not an address: ${values.path}`);
  return { kind: 'run', path: resolve(values.path ?? defaultPath) };
}
