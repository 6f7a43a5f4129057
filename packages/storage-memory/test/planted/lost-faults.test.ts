import { lostFaults } from './lost-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(lostFaults);
