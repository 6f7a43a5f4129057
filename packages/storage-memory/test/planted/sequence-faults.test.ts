import { sequenceFaults } from './sequence-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(sequenceFaults);
