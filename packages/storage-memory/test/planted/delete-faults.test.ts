import { deleteFaults } from './delete-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(deleteFaults);
