import { metaFaults } from './meta-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(metaFaults);
