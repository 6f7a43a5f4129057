import type { TokenCredential } from '@azure/identity';
import { errorFromNetwork, StorageError } from '@icechunk/storage-core';

/** Makes a credential of `@azure/identity`, which is loaded by the call and not before: it takes a third of a second. */
export type CredentialLoader = () => Promise<TokenCredential>;

/** An identity that Azure has given to the machine; at most one of its names. */
export interface ManagedIdentity {
  readonly clientId?: string | undefined;
  readonly objectId?: string | undefined;
  readonly resourceId?: string | undefined;
}

/** An application's id with its secret. */
export function clientSecret(
  tenantId: string,
  clientId: string,
  secret: string,
  authorityHost?: string,
): CredentialLoader {
  return async () => {
    const { ClientSecretCredential } = await import('@azure/identity');
    return new ClientSecretCredential(tenantId, clientId, secret, authorityHost === undefined ? {} : { authorityHost });
  };
}

/** An application's id with a token that the platform keeps in a file, as Kubernetes does. */
export function workloadIdentity(
  tenantId: string,
  clientId: string,
  tokenFilePath: string,
  authorityHost?: string,
): CredentialLoader {
  const options = { tenantId, clientId, tokenFilePath, ...(authorityHost !== undefined && { authorityHost }) };
  return async () => {
    const { WorkloadIdentityCredential } = await import('@azure/identity');
    return new WorkloadIdentityCredential(options);
  };
}

/** Whoever is signed in with the command line `az`. */
export function azureCli(): CredentialLoader {
  return async () => {
    const { AzureCliCredential } = await import('@azure/identity');
    return new AzureCliCredential();
  };
}

/** The machine's own identity. */
export function managedIdentity({ clientId, objectId, resourceId }: ManagedIdentity): CredentialLoader {
  return async () => {
    const { ManagedIdentityCredential } = await import('@azure/identity');
    if (clientId !== undefined) return new ManagedIdentityCredential({ clientId });
    if (objectId !== undefined) return new ManagedIdentityCredential({ objectId });
    return resourceId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ resourceId });
  };
}

/** Whatever of its many sources `DefaultAzureCredential` finds first. */
export function defaultChain({ clientId, resourceId }: ManagedIdentity, authorityHost?: string): CredentialLoader {
  return async () => {
    const { DefaultAzureCredential } = await import('@azure/identity');
    const authority = authorityHost === undefined ? {} : { authorityHost };
    if (clientId === undefined && resourceId !== undefined)
      return new DefaultAzureCredential({ ...authority, managedIdentityResourceId: resourceId });
    return new DefaultAzureCredential({
      ...authority,
      ...(clientId !== undefined && { managedIdentityClientId: clientId }),
    });
  };
}

/**
 * The machine's own identity, asked of an endpoint by its address, as the Rust crate `object_store` asks.
 *
 * @param secret Sent along as `x-identity-header`, where the platform wants it.
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity (REST endpoint reference, seen 2026-11)
 */
export function managedIdentityAt(endpoint: string, identity: ManagedIdentity, secret?: string): TokenCredential {
  const url = new URL(endpoint);
  url.searchParams.set('api-version', '2019-08-01');
  url.searchParams.set('resource', 'https://storage.azure.com');
  const names = { client_id: identity.clientId, object_id: identity.objectId, msi_res_id: identity.resourceId };
  const named = Object.entries(names).find(([, value]) => value !== undefined);
  if (named?.[1] !== undefined) url.searchParams.set(named[0], named[1]);
  const headers = { metadata: 'true', ...(secret !== undefined && { 'x-identity-header': secret }) };
  return {
    async getToken(_scopes, options) {
      const answer = await ask(url, { headers, signal: (options?.abortSignal as AbortSignal | undefined) ?? null });
      const { access_token: token, expires_on: end } = answer;
      if (typeof token !== 'string' || !Number.isFinite(Number(end))) throw noToken('an answer without a token');
      return { token, expiresOnTimestamp: Number(end) * 1_000 };
    },
  };
}

async function ask(url: URL, init: RequestInit): Promise<Record<string, unknown>> {
  try {
    // A redirect would take the secret of the platform elsewhere: `fetch` leaves it out of none.
    const answer = await fetch(url, { ...init, redirect: 'manual' });
    if (answer.ok) return (await answer.json()) as Record<string, unknown>;
    await answer.body?.cancel();
    throw noToken(`status ${answer.status}`);
  } catch (err) {
    throw errorFromNetwork(err) ?? err;
  }
}

function noToken(what: string): StorageError {
  return new StorageError({ kind: 'unauthenticated', message: `the endpoint of the managed identity gave ${what}` });
}
