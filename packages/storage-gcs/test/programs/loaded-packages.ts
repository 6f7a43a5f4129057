// Says which packages a storage loads: node loaded-packages.ts <endpoint> <credentials as JSON> [get]
import { registerHooks } from 'node:module';

const packages = new Set<string>();
registerHooks({
  load: (url, context, nextLoad) => {
    const name = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
    if (name !== undefined) packages.add(name);
    return nextLoad(url, context);
  },
});

const [endpointUrl = '', credentials = '', verb] = process.argv.slice(2);
const { gcsStorage } = await import('../../src/index.ts');
const storage = gcsStorage({ bucket: 'icechunk-test', endpointUrl, allowHttp: true, ...JSON.parse(credentials) });
if (verb === 'get') await (await storage.getObject('config.yaml')).bytes();
await storage.close();
process.stdout.write(JSON.stringify([...packages].sort()));
