import { lifeFaults } from './life-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(lifeFaults);
