import { vitestConfig } from '@icechunk-tooling/vitest';
import { mergeConfig } from 'vitest/config';

// Node has `sessionStorage` behind a flag.
export default mergeConfig(vitestConfig, { test: { execArgv: ['--experimental-webstorage'] } });
