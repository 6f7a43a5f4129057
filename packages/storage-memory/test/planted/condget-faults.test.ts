import { condgetFaults } from './condget-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(condgetFaults);
