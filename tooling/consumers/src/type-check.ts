import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '@icechunk-tooling/processes';

/** How TypeScript finds modules, and what the project's own become. */
export const MODULE_MODES = {
  node16: { module: 'node16' },
  nodenext: { module: 'nodenext' },
  bundler: { module: 'preserve', moduleResolution: 'bundler' },
} as const;

export type ModuleMode = keyof typeof MODULE_MODES;

const MODULES = join(import.meta.dirname, '../node_modules');
const TSC = join(MODULES, 'typescript/bin/tsc');

const STRICT = {
  target: 'es2023',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
  noPropertyAccessFromIndexSignature: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  // Every declaration that is reached is checked, those of SDKs too.
  skipLibCheck: false,
  noEmit: true,
};

/** What a project may use besides the packages: Node's own types, or those of a page. */
const PLATFORMS = {
  node: { lib: ['es2023'], types: ['node'], typeRoots: [join(MODULES, '@types')] },
  browser: { lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'], types: [] },
} as const;

/** A project that a user may have. */
export interface TypedProject {
  readonly mode: ModuleMode;
  readonly platform: keyof typeof PLATFORMS;
  /** All that can be imported of the package, which is imported whole, so that each of its declarations is checked. */
  readonly specifiers: readonly string[];
  /** Compiled too. */
  readonly snippets: readonly string[];
}

/** Compiles a strict project below the folder into which packages were installed. Rejects with what the compiler says. */
export async function checkTypes(folder: string, project: TypedProject): Promise<void> {
  const place = join(folder, `types-${project.platform}-${project.mode}`);
  const files = filesOf(project);
  await mkdir(place);
  for (const [name, text] of Object.entries(files)) await writeFile(join(place, name), text);
  const compilerOptions = { ...STRICT, ...MODULE_MODES[project.mode], ...PLATFORMS[project.platform] };
  await writeFile(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
  await run(process.execPath, [TSC, '-p', place, '--pretty', 'false'], { cwd: folder });
}

function filesOf({ mode, specifiers, snippets }: TypedProject): Readonly<Record<string, string>> {
  const whole = specifiers.map((name, index) => `export * as all${index} from '${name}';\n`);
  const required = specifiers.map((name, index) => `import all${index} = require('${name}');\nvoid all${index};\n`);
  return {
    'whole.ts': whole.join(''),
    // TypeScript lets CommonJS require ES modules in this mode alone.
    ...(mode === 'nodenext' && { 'required.cts': `${required.join('')}export {};\n` }),
    ...Object.fromEntries(snippets.map((code, index) => [`snippet-${index}.ts`, `${code}\nexport {};\n`])),
  };
}
