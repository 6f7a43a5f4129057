import { keyFaults } from './key-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(keyFaults);
