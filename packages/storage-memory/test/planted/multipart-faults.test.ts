import { multipartFaults } from './multipart-faults.ts';
import { testFaults } from './test-faults.ts';

testFaults(multipartFaults);
