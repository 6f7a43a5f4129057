import { fileURLToPath } from 'node:url';
import { azureStorage } from '@icechunk/storage-azure';
import { gcsStorage } from '@icechunk/storage-gcs';
import { s3Storage } from '@icechunk/storage-s3';
import { startAzurite, startFakeGcs, startMinio } from '@icechunk-tooling/servers';
import * as azure from './azure-contenders.ts';
import { cloudCases } from './cases.ts';
import * as gcs from './gcs-contenders.ts';
import * as s3 from './s3-contenders.ts';
import type { CloudRow } from './table.ts';

/** What of a cloud is measured, and how often. */
export interface CloudRun {
  readonly rounds: number;
  readonly wanted: (name: string) => boolean;
  readonly say: (row: CloudRow) => void;
}

/** Each cloud, with its contenders, against one server of its own on this machine. */
export const clouds: Readonly<Record<string, (run: CloudRun) => Promise<CloudRow[]>>> = {
  s3: async ({ rounds, wanted, say }) => {
    const server = await startMinio();
    const { url: endpointUrl, region, accessKeyId, secretAccessKey } = server;
    const place = { endpointUrl, region, accessKeyId, secretAccessKey, bucket: await server.createBucket() };
    const storage = s3Storage({ ...place, allowHttp: true, forcePathStyle: true });
    const names = [s3.ours, s3.rawSdk, s3.rawSdkNoChecksums, s3.floor];
    const field = { module: moduleOf('./s3-contenders.ts'), argument: place, names };
    return await cloudCases({ name: 's3', field, listers: names.slice(0, 2), storage, rounds }, wanted, say).finally(
      () => server.stop(),
    );
  },
  gcs: async ({ rounds, wanted, say }) => {
    const server = await startFakeGcs({ inMemory: true });
    const place = { endpointUrl: server.url, bucket: await server.createBucket() };
    const storage = gcsStorage({ ...place, anonymous: true, allowHttp: true });
    const names = [gcs.ours, gcs.rawSdk, gcs.floor];
    const field = { module: moduleOf('./gcs-contenders.ts'), argument: place, names };
    return await cloudCases({ name: 'gcs', field, listers: names.slice(0, 2), storage, rounds }, wanted, say).finally(
      () => server.stop(),
    );
  },
  azure: async ({ rounds, wanted, say }) => {
    const server = await startAzurite();
    const { accountUrl: endpointUrl, account, accountKey } = server;
    const place = { endpointUrl, account, accountKey, container: await server.createContainer() };
    const storage = azureStorage({ ...place, allowHttp: true });
    const names = [azure.ours, azure.rawSdk, azure.floor];
    const field = { module: moduleOf('./azure-contenders.ts'), argument: place, names };
    return await cloudCases({ name: 'azure', field, listers: names.slice(0, 2), storage, rounds }, wanted, say).finally(
      () => server.stop(),
    );
  },
};

function moduleOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
