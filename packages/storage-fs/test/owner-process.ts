import { isMainThread, parentPort } from 'node:worker_threads';
import { currentOwner } from '../src/owner.ts';

// Says who it is, and stays until it is ended.
if (isMainThread) {
  process.stdout.write(`${currentOwner()}\n`);
  process.stdin.resume();
} else {
  parentPort?.postMessage(currentOwner());
  parentPort?.on('message', () => undefined);
}
