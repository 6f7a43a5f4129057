import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * Bundles for a browser all that can be imported of a package that is installed in a folder, each name alone.
 *
 * @returns For each, its size minified, and gzipped besides.
 * @throws Error With what esbuild says, for example of a module that only Node has.
 */
export async function bundleForBrowser(folder: string, specifiers: readonly string[]): Promise<readonly string[]> {
  return await Promise.all(
    specifiers.map(async (name) => {
      const { outputFiles } = await build({
        stdin: { contents: `export * from '${name}';`, resolveDir: folder },
        bundle: true,
        write: false,
        platform: 'browser',
        format: 'esm',
        minify: true,
        logLevel: 'silent',
      });
      const bytes = Buffer.concat(outputFiles.map(({ contents }) => contents));
      return `${name}: ${kib(bytes)} minified, ${kib(gzipSync(bytes))} gzipped`;
    }),
  );
}

function kib({ byteLength }: Uint8Array): string {
  return `${(byteLength / 1024).toFixed(1)} KiB`;
}
