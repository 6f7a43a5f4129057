import { readFaults } from './read-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(readFaults);
