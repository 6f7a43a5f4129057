import { posix } from 'node:path';
import type { Tarball } from './tarball.ts';

/** The part of a source map that is read. */
interface SourceMap {
  readonly sourceRoot?: string;
  readonly sources: readonly (string | null)[];
  readonly sourcesContent?: readonly (string | null)[];
}

/**
 * Source maps whose sources are not in the tarball, and files that name a map that is not, one sentence each.
 *
 * Such a map is also what is left in `dist` of a source that was deleted.
 *
 * @see https://tc39.es/ecma426/ (seen 2026-11)
 */
export function sourceMapProblems({ files }: Tarball): readonly string[] {
  return [...files].flatMap(([path, text]) =>
    path.endsWith('.map') ? missing(path, text, files) : unmapped(path, text, files),
  );
}

function missing(path: string, text: string, files: Tarball['files']): string[] {
  const { sourceRoot = '', sources, sourcesContent = [] } = JSON.parse(text) as SourceMap;
  return sources.flatMap((source, index) => {
    if (typeof sourcesContent[index] === 'string') return [];
    const target = source === null ? undefined : posix.join(posix.dirname(path), sourceRoot, source);
    return target !== undefined && files.has(target)
      ? []
      : [`${path} leads to ${target ?? 'no file'}, which is not in it`];
  });
}

function unmapped(path: string, text: string, files: Tarball['files']): string[] {
  if (!/^dist\/.*\.[cm]?[jt]s$/.test(path)) return [];
  const map = /^\/\/# sourceMappingURL=(\S+)\s*$/m.exec(text)?.[1];
  if (map === undefined) return [`${path} has no source map`];
  const target = posix.join(posix.dirname(path), map);
  return files.has(target) ? [] : [`${path} names ${target}, which is not in it`];
}
