import { Agent } from 'undici';
import type { GcsTarget } from '../src/target.ts';

/** What a client is made of to talk to a server that asks for no credentials. */
export function openTarget(baseUrl: string, bucket: string, changes: Partial<GcsTarget> = {}): GcsTarget {
  return {
    baseUrl,
    bucket,
    prefix: '',
    info: { backend: 'Google Cloud Storage', fields: { bucket } },
    authorization: { headers: async () => ({}) },
    dispatcher: new Agent({ pipelining: 1, bodyTimeout: 0 }),
    ...changes,
  };
}
