import { condgetFaults } from './condget-faults.ts';
import { conditionFaults } from './condition-faults.ts';
import { copyFaults } from './copy-faults.ts';
import { deleteFaults } from './delete-faults.ts';
import { keyFaults } from './key-faults.ts';
import { lifeFaults } from './life-faults.ts';
import { listFaults } from './list-faults.ts';
import { lostFaults } from './lost-faults.ts';
import { metaFaults } from './meta-faults.ts';
import { multipartFaults } from './multipart-faults.ts';
import type { PlantedFault } from './plant.ts';
import { readFaults } from './read-faults.ts';
import { sequenceFaults } from './sequence-faults.ts';
import { writeFaults } from './write-faults.ts';

/** Every backend that is broken on purpose. */
export const plantedFaults: readonly PlantedFault[] = [
  ...keyFaults,
  ...readFaults,
  ...condgetFaults,
  ...writeFaults,
  ...conditionFaults,
  ...lostFaults,
  ...listFaults,
  ...deleteFaults,
  ...copyFaults,
  ...multipartFaults,
  ...sequenceFaults,
  ...metaFaults,
  ...lifeFaults,
];
