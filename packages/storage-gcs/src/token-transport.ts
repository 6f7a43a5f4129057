import type { gaxios } from 'google-auth-library';

/** Sends what asks for tokens. */
export type Transporter = gaxios.Gaxios;

/**
 * One request each: core tries again, and knows how long it may take.
 *
 * Redirects are not followed: keys, refresh tokens and signed assertions would go along, wherever they lead.
 *
 * @param tokenUri Where every request goes, whatever the library thinks.
 */
export function transporterFor(
  { gaxios: { Gaxios } }: typeof import('google-auth-library'),
  signal: AbortSignal,
  tokenUri: string | undefined,
): Transporter {
  const transporter = new Gaxios();
  transporter.interceptors.request.add({
    resolved: async (config) =>
      Object.assign(config, {
        retry: false,
        retryConfig: { retry: 0 },
        redirect: 'manual',
        signal,
        ...(tokenUri && { url: new URL(tokenUri) }),
      }),
  });
  return transporter;
}
