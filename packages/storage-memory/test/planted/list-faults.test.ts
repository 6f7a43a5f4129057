import { listFaults } from './list-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(listFaults);
