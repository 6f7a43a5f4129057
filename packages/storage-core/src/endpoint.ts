import { StorageError } from './errors.ts';

/** How an endpoint may be reached. */
export interface EndpointRules {
  /** What errors call the option. Default `endpointUrl`. */
  readonly name?: string;
  /** `true` takes `http:` as well, where credentials and data travel in the open. Default `false`. */
  readonly allowHttp?: boolean | undefined;
}

/**
 * The address of a provider's endpoint, as a user gave it.
 *
 * @param address `https://host[:port][/path]`. No user, query or fragment: those would be secrets in the wrong place, or be
 * left out in silence. The address itself stands in no error.
 * @throws {@link StorageError} `invalid_options`, naming the option.
 */
export function checkEndpointUrl(
  address: string,
  { name = 'endpointUrl', allowHttp = false }: EndpointRules = {},
): URL {
  const url = typeof address === 'string' ? URL.parse(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid(`${name} takes an address such as https://host:port`);
  if (url.username !== '' || url.password !== '') throw invalid(`${name} must not hold a user or a password`);
  if (url.search !== '' || url.hash !== '') throw invalid(`${name} must not hold a ? or #`);
  if (url.protocol === 'http:' && !allowHttp) {
    throw invalid(
      `${name} is plain http, where everybody on the way reads along: give allowHttp: true to take it all the same`,
    );
  }
  return url;
}

function invalid(message: string): StorageError {
  return new StorageError({ kind: 'invalid_options', message });
}
