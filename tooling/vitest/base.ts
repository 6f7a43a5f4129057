import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Tests run from source: the condition leads workspace packages to src/, so that no build can be stale.
// Without `module`, which is not Node's: the AWS SDK leads bundlers by it to files that Node does not load.
const conditions = ['@icechunk/source', 'node', 'import', 'default'];

/** The one vitest configuration of every package. */
export const vitestConfig: ViteUserConfig = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['test/**/*.test.ts'],
    execArgv: ['--conditions=@icechunk/source'],
    // A test alone in a file would pass for the whole file, on a laptop as in CI.
    allowOnly: false,
    retry: 0,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', 'json'],
    // `.ci/run` sums these: see tooling/checks/src/summary.ts.
    outputFile: { json: '.reports/vitest.json' },
  },
});
