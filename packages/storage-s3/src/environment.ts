import type { S3Credentials } from './credential-types.ts';

/** Variables of the process that are set and not empty. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's variables of this moment; empty where there is no process, as in a browser. */
export function environment(): Environment {
  const { process } = globalThis as { readonly process?: { readonly env?: Environment } };
  return process?.env ?? {};
}

/** The keys that stand in the environment. */
export function keysOf(env: Environment): S3Credentials | undefined {
  const accessKeyId = env['AWS_ACCESS_KEY_ID'] || undefined;
  const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'] || undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const sessionToken = env['AWS_SESSION_TOKEN'] || undefined;
  const expiration = env['AWS_CREDENTIAL_EXPIRATION'] || undefined;
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(expiration !== undefined && { expiresAfter: new Date(expiration) }),
  };
}

/** The region in the environment, in the order of Icechunk's own client. */
export function regionOf(env: Environment): string | undefined {
  return env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || undefined;
}

/** The endpoint in the environment, the service's own first. */
export function endpointOf(env: Environment): { readonly name: string; readonly address: string } | undefined {
  if (/^true$/i.test(env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS'] ?? '')) return undefined;
  for (const name of ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL']) {
    const address = env[name] || undefined;
    if (address !== undefined) return { name, address };
  }
  return undefined;
}
