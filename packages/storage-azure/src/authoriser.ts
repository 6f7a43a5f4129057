import type {
  HttpOperationResponse,
  RequestPolicy,
  RequestPolicyFactory,
  RequestPolicyOptions,
  StorageSharedKeyCredential,
  WebResource,
} from '@azure/storage-blob';
import { type AttemptContext, StorageError } from '@icechunk/storage-core';
import type { AzureSource, Credentials } from './credentials.ts';
import { sharedKey } from './shared-key.ts';

/**
 * Authorises every request with what the source gives at that moment, so that renewed credentials take the place of the old ones on
 * connections that stand: the SDK's own credentials are fixed for the life of a client.
 */
export class Authoriser implements RequestPolicyFactory {
  readonly #account: string;
  readonly #source: AzureSource;
  readonly #keys = new WeakMap<Credentials, StorageSharedKeyCredential>();
  readonly #refused = new WeakSet<Credentials>();

  constructor(account: string, source: AzureSource) {
    this.#account = account;
    this.#source = source;
  }

  /** The credentials of this moment. */
  async credentials({ signal }: AttemptContext): Promise<Credentials> {
    return await this.#source.get(signal);
  }

  /** What signs with a key, made once for each. */
  signerOf(credentials: Credentials & { readonly accountKey: string }): StorageSharedKeyCredential {
    const signer = this.#keys.get(credentials) ?? sharedKey(this.#account, credentials.accountKey);
    this.#keys.set(credentials, signer);
    return signer;
  }

  /** Absent where the source has no others to give. */
  get refresh(): ((context: AttemptContext) => Promise<void>) | undefined {
    const source = this.#source;
    if (!source.refresh) return undefined;
    return async ({ signal }) => {
      // Many requests may be refused at once: whoever comes later finds the new ones, and does not have them replaced again.
      const refused = await source.get(signal);
      if (this.#refused.has(refused)) await source.refresh?.({ refused, signal });
    };
  }

  /** A policy for the SDK's pipeline. */
  create(next: RequestPolicy, options: RequestPolicyOptions): RequestPolicy {
    return { sendRequest: (request) => this.#send(request, next, options) };
  }

  async #send(
    request: WebResource,
    next: RequestPolicy,
    options: RequestPolicyOptions,
  ): Promise<HttpOperationResponse> {
    const credentials = await this.#source.get(request.abortSignal as AbortSignal | undefined);
    try {
      return await this.#authorised(request, credentials, next, options);
    } catch (err) {
      const { statusCode } = err as { readonly statusCode?: number };
      if (statusCode === 401 || statusCode === 403) this.#refused.add(credentials);
      throw err;
    }
  }

  #authorised(
    request: WebResource,
    credentials: Credentials,
    next: RequestPolicy,
    options: RequestPolicyOptions,
  ): Promise<HttpOperationResponse> {
    if ('accountKey' in credentials) return this.signerOf(credentials).create(next, options).sendRequest(request);
    if ('sasToken' in credentials) request.url = withSas(request.url, credentials.sasToken);
    if ('bearerToken' in credentials)
      request.headers.set('Authorization', bearerFor(request.url, credentials.bearerToken));
    return next.sendRequest(request);
  }
}

/** An address with a shared access signature in its query. */
export function withSas(address: string, sasQuery: string): string {
  return `${address}${address.includes('?') ? '&' : '?'}${sasQuery}`;
}

/**
 * What a header says for a token, which never goes over plain http: Azure would refuse it there, and whoever reads along has it.
 *
 * @throws {@link StorageError} `invalid_options`.
 */
export function bearerFor(address: string, token: string): string {
  if (!address.startsWith('https:'))
    throw new StorageError({
      kind: 'invalid_options',
      message: 'a token is not sent over plain http: endpointUrl takes https',
    });
  return `Bearer ${token}`;
}
