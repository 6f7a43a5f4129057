import { type CredentialSource, StorageError } from '@icechunk/storage-core';
import type { Token } from './token.ts';

/** A token that nothing renews: once it has ended, no request is sent with it. */
export class LastingToken implements CredentialSource<Token> {
  readonly #token: Token;

  constructor(token: Token) {
    this.#token = token;
  }

  async get(signal?: AbortSignal): Promise<Token> {
    signal?.throwIfAborted();
    const { expiresAfter } = this.#token;
    if (!expiresAfter || Date.now() < expiresAfter.getTime()) return this.#token;
    throw new StorageError({
      kind: 'unauthenticated',
      message: 'bearerToken has ended, and nothing renews it: getCredentials takes a function that gives another',
    });
  }
}
