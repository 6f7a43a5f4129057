import type { StorageSharedKeyCredential } from '@azure/storage-blob';
import { type AttemptContext, StorageError } from '@icechunk/storage-core';
import type { AzureSource, Credentials } from './credentials.ts';
import type { PipelinePolicy, PipelineRequest } from './pipeline.ts';
import { sharedKey, signWith } from './shared-key.ts';

/**
 * Authorises every request with what the source gives at that moment, so that renewed credentials take the place of the old ones on
 * connections that stand: the SDK's own credentials are fixed for the life of a client.
 */
export class Authoriser implements PipelinePolicy {
  readonly name = 'icechunkAuthoriser';
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

  async sendRequest<Answer extends { readonly status: number }>(
    request: PipelineRequest,
    next: () => Promise<Answer>,
  ): Promise<Answer> {
    const credentials = await this.#source.get(request.abortSignal as AbortSignal | undefined);
    await this.#authorise(request, credentials);
    const answer = await next();
    if (answer.status === 401 || answer.status === 403) this.#refused.add(credentials);
    return answer;
  }

  async #authorise(request: PipelineRequest, credentials: Credentials): Promise<void> {
    if ('accountKey' in credentials) await signWith(this.signerOf(credentials), request);
    if ('sasToken' in credentials) request.url = withSas(request.url, credentials.sasToken);
    if ('bearerToken' in credentials)
      request.headers.set('Authorization', bearerFor(request.url, credentials.bearerToken));
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
