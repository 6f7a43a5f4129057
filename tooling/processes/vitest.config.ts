import { vitestConfig } from '@icechunk-tooling/vitest';

export default vitestConfig;
