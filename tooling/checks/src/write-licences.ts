import { join } from 'node:path';
import { writeLicences } from './licences.ts';

await writeLicences(join(import.meta.dirname, '../../..'));
