// Says whether @azure/identity was loaded: once every other form of credentials was taken, and once a token was asked for.
import { createRequire, registerHooks } from 'node:module';

let isLoaded = false;
registerHooks({
  resolve(specifier, context, nextResolve) {
    isLoaded ||= specifier.startsWith('@azure/identity');
    return nextResolve(specifier, context);
  },
});

const { azureStorage } = await import('../src/index.ts');
const place = { account: 'weather', container: 'icechunk-test' };
const { ContainerClient } = createRequire(import.meta.url)(
  '@azure/storage-blob',
) as typeof import('@azure/storage-blob');
azureStorage({ ...place, accountKey: 'a2V5' });
azureStorage({ ...place, sasToken: 'sig=abc' });
azureStorage({ ...place, anonymous: true });
azureStorage({ ...place, getCredentials: () => ({ accountKey: 'a2V5' }) });
azureStorage({ client: new ContainerClient('https://weather.blob.core.windows.net/icechunk-test') });
const storage = azureStorage({ ...place, fromEnv: true });
const made = isLoaded;
const kind = await storage.getObject('a').then(
  () => 'found',
  (err: { readonly kind: string }) => err.kind,
);
process.stdout.write(JSON.stringify({ made, used: isLoaded, kind }), () => process.exit(0));
