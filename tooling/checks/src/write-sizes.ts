import { join } from 'node:path';
import { writeSizes } from './sizes.ts';

await writeSizes(join(import.meta.dirname, '../../..'));
