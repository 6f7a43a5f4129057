import { request } from 'node:http';
import { request as tlsRequest } from 'node:https';

/** The status with which a server answers a GET, or `undefined` where none came within two seconds. */
export function probe(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const secure = url.startsWith('https:');
    // The server's certificate is the test's own, made by no authority.
    const options = { agent: false, timeout: 2_000, ...(secure ? { rejectUnauthorized: false } : {}) };
    const asking = (secure ? tlsRequest : request)(url, options, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asking.on('timeout', () => asking.destroy());
    asking.on('error', () => resolve(undefined));
    asking.end();
  });
}
