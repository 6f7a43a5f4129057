import { testFaults } from './test-faults.ts';
import { writeFaults } from './write-faults.ts';

testFaults(writeFaults);
