import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Tests run from source: the condition leads workspace packages to src/, so that no build can be stale.
const conditions = ['@icechunk/source', 'node', 'import', 'module', 'default'];

/** The one vitest configuration of every package. */
export const vitestConfig: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    execArgv: ['--conditions=@icechunk/source'],
    retry: 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
