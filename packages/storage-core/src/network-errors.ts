import { type RetryAdvice, StorageError, type StorageErrorKind } from './errors.ts';

type Meaning = readonly [kind: StorageErrorKind, message: string, retry?: RetryAdvice];

const broken: Meaning = ['unavailable', 'the connection broke'];
const noRoute: Meaning = ['unavailable', 'there is no way to the host: no network, or a firewall'];
const noHost: Meaning = ['unavailable', 'the name of the host cannot be resolved'];
const late: Meaning = ['timeout', 'the network did not answer in time'];
const untrusted: Meaning = ['unavailable', "the endpoint's certificate is not to be trusted", 'no'];
const plainHttp: Meaning = ['unavailable', 'the endpoint does not speak TLS: it may be plain http', 'no'];
const notHttp: Meaning = ['bad_response', 'what came back is no HTTP', 'again'];

/**
 * Codes of Node and its `http` (https://nodejs.org/api/errors.html), of undici (its `docs/docs/api/Errors.md`) and of OpenSSL as
 * Node names them (https://nodejs.org/api/tls.html#x509-certificate-error-codes), all seen 2026-11.
 */
const meanings: ReadonlyMap<string, Meaning> = new Map([
  ['ECONNRESET', broken],
  ['ECONNABORTED', broken],
  ['EPIPE', broken],
  ['ERR_STREAM_PREMATURE_CLOSE', broken],
  ['ERR_STREAM_DESTROYED', broken],
  ['UND_ERR_SOCKET', broken],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', broken],
  ['REQUEST_SEND_ERROR', broken],
  ['ECONNREFUSED', ['unavailable', 'nothing listens at the endpoint']],
  ['ENOTFOUND', noHost],
  ['EAI_AGAIN', noHost],
  ['EHOSTUNREACH', noRoute],
  ['ENETUNREACH', noRoute],
  ['ENETDOWN', noRoute],
  ['EHOSTDOWN', noRoute],
  ['EADDRNOTAVAIL', ['unavailable', 'this machine has no free port left']],
  ['EMFILE', ['unavailable', 'too many files and sockets are open']],
  ['ETIMEDOUT', late],
  ['ESOCKETTIMEDOUT', late],
  ['UND_ERR_CONNECT_TIMEOUT', late],
  ['UND_ERR_HEADERS_TIMEOUT', late],
  ['UND_ERR_BODY_TIMEOUT', late],
  ['CERT_HAS_EXPIRED', untrusted],
  ['CERT_NOT_YET_VALID', untrusted],
  ['CERT_UNTRUSTED', untrusted],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', untrusted],
  ['SELF_SIGNED_CERT_IN_CHAIN', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT', untrusted],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', untrusted],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', untrusted],
  ['ERR_TLS_CERT_ALTNAME_INVALID', untrusted],
  ['EPROTO', ['unavailable', 'the endpoint does not speak TLS as it should', 'no']],
  ['ERR_SSL_WRONG_VERSION_NUMBER', plainHttp],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', plainHttp],
]);

/**
 * What a failure on the way to a provider and back comes to; undefined where it is no such failure.
 *
 * Looks through causes, and through what Node gathers of the addresses of one host. Only codes count: their names are taken by
 * SDKs for other things (the AWS SDK calls a reset `TimeoutError`). The host stands in the message, where Node names it.
 */
export function errorFromNetwork(err: unknown): StorageError | undefined {
  for (const one of chainOf(err, 5)) {
    const code = String((one as { readonly code?: unknown }).code ?? '');
    const meaning = code.startsWith('HPE_') ? notHttp : meanings.get(code);
    if (!meaning) continue;
    const [kind, message, retry] = isPlainHttp(one) ? plainHttp : meaning;
    const text = `${message}${placeOf(one)}`;
    return new StorageError({ kind, message: text, ...(retry && { retry }), providerCode: code, cause: one });
  }
  return undefined;
}

// OpenSSL's own code hides behind a general one.
function isPlainHttp(err: object): boolean {
  const { code, message } = err as { readonly code?: unknown; readonly message?: unknown };
  return code === 'EPROTO' && /wrong version number|packet length too long/.test(String(message));
}

/** Where it was that nobody answered, as Node says it of name look-ups and connections; empty where it does not. */
function placeOf(err: object): string {
  const { hostname, address, port } = err as { readonly [field: string]: unknown };
  if (typeof hostname === 'string') return `: "${hostname}"`;
  return typeof address === 'string' && typeof port === 'number' ? `: ${address}:${port}` : '';
}

function chainOf(err: unknown, depth: number): object[] {
  if (typeof err !== 'object' || err === null || depth === 0) return [];
  const { cause, errors } = err as { readonly cause?: unknown; readonly errors?: unknown };
  const inner = [cause, ...(Array.isArray(errors) ? errors : [])];
  return [err, ...inner.flatMap((one) => chainOf(one, depth - 1))];
}
