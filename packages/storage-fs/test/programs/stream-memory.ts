import { localFilesystemStorage } from '../../src/index.ts';

// Reads one large object as a stream, and says how far the resident memory grew.
const [folder = '', path = ''] = process.argv.slice(2);
const storage = localFilesystemStorage(folder);
// What reading takes once, its code among it, is no growth.
const first = await storage.getObject(path, { range: { start: 0, end: 8 * 1024 * 1024 } });
for await (const _ of first.stream());

const before = process.memoryUsage.rss();
let most = before;
let bytes = 0;
const body = await storage.getObject(path);
for await (const chunk of body.stream()) {
  bytes += chunk.byteLength;
  most = Math.max(most, process.memoryUsage.rss());
}
process.stdout.write(JSON.stringify({ bytes, grownBytes: most - before }));
