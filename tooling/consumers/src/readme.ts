import { extractSnippets } from '@icechunk-tooling/snippets';

const IMPORT = /\bfrom '([^'.][^']*)'/g;

/** Every TypeScript block of a README, in its order. */
export function snippetsOf(readme: string): readonly string[] {
  return extractSnippets(readme).map(({ code }) => `${code}\n`);
}

/** The names of the packages that a snippet imports, without Node's own. */
export function importedPackages(snippet: string): readonly string[] {
  const specifiers = [...snippet.matchAll(IMPORT)].map(([, specifier = '']) => specifier);
  return [...new Set(specifiers.filter((name) => !name.startsWith('node:')).map(packageName))];
}

/** What a README's section "Install" has a reader install: the arguments of each `npm install`, comments left out. */
export function installCommands(readme: string): readonly (readonly string[])[] {
  const [, section = ''] = /^## Install\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(readme) ?? [];
  return [...section.matchAll(/^npm install ([^#\n]+)/gm)].map(([, args = '']) => args.trim().split(/\s+/));
}

/** `@scope/name` or `name`, of whatever is imported from it. */
export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
