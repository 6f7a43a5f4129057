import { sqliteStorage } from '../src/index.ts';

/** Reads a number and writes it back one higher, until so many of its writes have landed. */
async function count(path: string, increments: number): Promise<void> {
  const storage = sqliteStorage(path);
  await storage.putObject('counter', new TextEncoder().encode('0'), { condition: { kind: 'create' } });
  for (let landed = 0; landed < increments; ) {
    const object = await storage.getObject('counter');
    const next = Number(new TextDecoder().decode(await object.bytes())) + 1;
    const condition = { kind: 'update', version: object.version } as const;
    const { kind } = await storage.putObject('counter', new TextEncoder().encode(String(next)), { condition });
    if (kind === 'updated') landed++;
  }
  await storage.close();
}

const [path = '', increments] = process.argv.slice(2);
await count(path, Number(increments));
