import { Repository } from '@earthmover/icechunk';
import { engineOn } from './engine-storage.ts';
import { runJob } from './parent.ts';

await runJob(async (_job, parent) => {
  const { storage } = await engineOn(parent);
  // Chunks as small as those of the storm would otherwise lie inside their manifests.
  await Repository.create(storage, { inlineChunkThresholdBytes: 0 });
  await parent.tell({ answer: null });
});
