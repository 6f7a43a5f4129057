import { Pool } from 'undici';
import { type CloudContender, inFlight } from './contender.ts';

/** A request that needs nothing more: the verb and the key are signed in, or a token is among the headers. */
interface ReadyRequest {
  readonly method: 'GET' | 'PUT' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes the request for a key. */
export type PrepareRequest = (verb: 'get' | 'put', key: string) => ReadyRequest | Promise<ReadyRequest>;

/**
 * The floor: bare requests of undici that were signed before, bodies gathered in one array. It neither lists nor deletes.
 */
export function bareHttp(origin: string, prepare: PrepareRequest): CloudContender {
  const pool = new Pool(origin, { connections: inFlight });
  const known = new Map<string, ReadyRequest>();
  const requestOf = async (verb: 'get' | 'put', key: string): Promise<ReadyRequest & { readonly path: string }> => {
    const name = `${verb} ${key}`;
    const request = known.get(name) ?? (await prepare(verb, key));
    known.set(name, request);
    return { ...request, path: request.url.slice(origin.length) };
  };
  const get = async (key: string, range?: string): Promise<number> => {
    const { method, path, headers } = await requestOf('get', key);
    const answer = await pool.request({ method, path, headers: { ...headers, ...(range && { range }) } });
    if (answer.statusCode !== (range === undefined ? 200 : 206)) throw new Error(`GET answers ${answer.statusCode}`);
    const bytes = new Uint8Array(Number(answer.headers['content-length']));
    let filled = 0;
    for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
      bytes.set(chunk, filled);
      filled += chunk.byteLength;
    }
    return filled;
  };
  const put = async (key: string, data: Uint8Array): Promise<void> => {
    const { method, path, headers } = await requestOf('put', key);
    const answer = await pool.request({ method, path, headers: { ...headers }, body: data });
    await answer.body.dump();
    if (answer.statusCode >= 300) throw new Error(`${method} answers ${answer.statusCode}`);
  };
  return { put, putLarge: put, get, getRange: (key, start, end) => get(key, `bytes=${start}-${end - 1}`) };
}
