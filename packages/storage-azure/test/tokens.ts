import { randomUUID } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';

/** A certificate for 127.0.0.1 that this process trusts from now on. */
export async function trustedCertificate(): Promise<{ readonly cert: string; readonly key: string }> {
  const pems = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
  });
  setDefaultCACertificates([...getCACertificates('default'), pems.cert]);
  return { cert: pems.cert, key: pems.private };
}

/** A token with all the claims that Azurite checks; it takes any signature. */
export function entraToken(claims: Readonly<Record<string, unknown>> = {}): string {
  const nowS = Math.floor(Date.now() / 1_000);
  const payload = {
    aud: 'https://storage.azure.com',
    iss: `https://sts.windows.net/${randomUUID()}/`,
    iat: nowS - 60,
    nbf: nowS - 60,
    exp: nowS + 3_600,
    ...claims,
  };
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', typ: 'JWT' })}.${part(payload)}.${Buffer.from(randomUUID()).toString('base64url')}`;
}
