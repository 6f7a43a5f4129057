import { conditionFaults } from './condition-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(conditionFaults);
