import { generateKeyPairSync } from 'node:crypto';

/** One key for all tests of a file: making it takes a while. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** Checks what {@link serviceAccount} signed. */
export { publicKey };

/** A part of the key that no honest text holds by chance. */
export const PRIVATE_PART: string = privateKey.split('\n').slice(3, 5).join('\n');

/** As Google's console writes it, with a key that was made just now. */
export function serviceAccount(tokenUri?: string): { client_email: string; private_key: string; type: string } {
  return {
    type: 'service_account',
    private_key: privateKey,
    client_email: 'writer@my-project.iam.gserviceaccount.com',
    ...{ project_id: 'my-project', private_key_id: 'key-1' },
    ...(tokenUri !== undefined && { token_uri: tokenUri }),
  };
}
