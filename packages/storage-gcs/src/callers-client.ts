import { type Token, tokenFromHeaders } from './token.ts';

/** What is used of an `AuthClient` of `google-auth-library`, in any version of it. */
export interface CallersAuthClient {
  /** The headers that authorise a request; the library caches and renews what is in them. */
  getRequestHeaders(url?: string): Promise<Headers | Readonly<Record<string, string>>>;
  /** Where the library says when its token ends, in ms, and whether it has the means to get another. */
  readonly credentials?: {
    readonly expiry_date?: number | null | undefined;
    readonly refresh_token?: string | null | undefined;
  };
  /** Lets the library hold a token for expired. */
  setCredentials?(credentials: { readonly expiry_date?: number | null }): void;
}

/** What is used of a `Storage` of `@google-cloud/storage`, in any version of it. */
export interface CallersStorage {
  readonly apiEndpoint: string;
  readonly authClient: { getClient(): Promise<CallersAuthClient> };
  /** True where the endpoint is not Google's: the library then sends no credentials, unless it was told to. */
  readonly customEndpoint?: boolean;
  readonly useAuthWithCustomEndpoint?: boolean | undefined;
}

/** Whether a caller's `Storage` sends its credentials to its endpoint. */
export function isAnonymous({ customEndpoint = false, useAuthWithCustomEndpoint = false }: CallersStorage): boolean {
  return customEndpoint && !useAuthWithCustomEndpoint;
}

/**
 * Asks a caller's `AuthClient` for a token, as it has one or can get one.
 *
 * Every header that it gives is sent, its quota project's too: the caller put it there.
 */
export async function askAuthClient(client: CallersAuthClient, baseUrl: string): Promise<Token> {
  // With neither scopes nor a token, the library signs tokens for the address that it is asked for.
  const headers = await client.getRequestHeaders(`${baseUrl}/`);
  return tokenFromHeaders(headers, client.credentials?.expiry_date);
}

/**
 * Makes a caller's `AuthClient` ask for another token than the one that the provider refused.
 *
 * `google-auth-library` has no call for it. What has no means to get another, as a token that was set by hand, is left alone.
 */
export function expire(client: CallersAuthClient): void {
  const { credentials } = client;
  if (credentials?.refresh_token || renewsBy(client, 'refreshHandler') || renewsBy(client, 'retrieveSubjectToken'))
    client.setCredentials?.({ ...credentials, expiry_date: 1 });
}

function renewsBy(client: CallersAuthClient, name: string): boolean {
  return typeof (client as unknown as Readonly<Record<string, unknown>>)[name] === 'function';
}
