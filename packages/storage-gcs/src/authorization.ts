import type { CredentialSource } from '@icechunk/storage-core';
import type { Authorization } from './target.ts';
import type { Token } from './token.ts';

type Headers = Token['headers'];

/**
 * What a client asks for its headers, over a source of tokens.
 *
 * @param hasUserProject True where the options say who pays: what a caller's client says of it is then left out.
 */
export function toAuthorization(source: CredentialSource<Token>, hasUserProject: boolean): Authorization {
  const headersOf = new WeakMap<Token, Headers>();
  const tokenOf = new WeakMap<Headers, Token>();
  const remember = (token: Token): Headers => {
    const headers = hasUserProject ? withoutProject(token.headers) : token.headers;
    headersOf.set(token, headers);
    tokenOf.set(headers, token);
    return headers;
  };
  return {
    headers: async (signal) => {
      const token = await source.get(signal);
      return headersOf.get(token) ?? remember(token);
    },
    ...(source.refresh && {
      refresh: async ({ signal }, sent) => {
        const refused = sent && tokenOf.get(sent);
        await source.refresh?.({ signal, ...(refused && { refused }) });
      },
    }),
  };
}

function withoutProject({ 'x-goog-user-project': _, ...headers }: Headers): Headers {
  return headers;
}
