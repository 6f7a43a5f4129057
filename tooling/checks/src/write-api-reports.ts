import { join } from 'node:path';
import { writeApiReports } from './api-reports.ts';

await writeApiReports(join(import.meta.dirname, '../../..'));
