import { copyFaults } from './copy-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(copyFaults);
