/** What a shared access signature comes to: fit for a query, and when it ends. */
export interface Sas {
  /** Without the `?`, each value percent-encoded once. */
  readonly query: string;
  /** Its `se`. Absent where a stored access policy says it. */
  readonly expiresAfter?: Date | undefined;
}

/**
 * A shared access signature as the portal, the command line and connection strings give it: with or without `?`, encoded or not.
 *
 * @returns What is wrong with it as text, without any of its values. A whole address is wrong: its place would get lost in the query.
 * @see https://learn.microsoft.com/rest/api/storageservices/create-service-sas (its fields, seen 2026-11)
 */
export function parseSas(token: string): Sas | string {
  const fields = fieldsOf(token.trim().replace(/^\?/, ''));
  if (!fields) return 'holds a % that encodes nothing';
  const values = new Map(fields);
  if (!values.get('sig')) return 'takes a shared access signature, in which there is a sig=';
  if (fields.some(([name]) => !/^[a-z]+$/i.test(name)))
    return 'takes a shared access signature alone, without an address before it';
  const query = fields.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const end = values.get('se');
  if (end === undefined) return { query };
  const expiresAfter = new Date(end);
  if (Number.isNaN(expiresAfter.getTime())) return 'has an se= that is no time';
  return { query, expiresAfter };
}

/** Why a shared access signature cannot be used now; undefined where it can. */
export function sasFault(token: string, nowMs: number): string | undefined {
  const sas = parseSas(token);
  if (typeof sas === 'string') return sas;
  if (sas.expiresAfter === undefined || sas.expiresAfter.getTime() > nowMs) return undefined;
  return `expired on ${sas.expiresAfter.toISOString()}`;
}

// A + stays a +: the signature is base64, and Azure would read it as a space.
function fieldsOf(text: string): (readonly [string, string])[] | undefined {
  try {
    return text
      .split('&')
      .filter((field) => field !== '')
      .map((field) => {
        const at = field.indexOf('=');
        return at < 0 ? [field, ''] : [field.slice(0, at), decodeURIComponent(field.slice(at + 1))];
      });
  } catch {
    return undefined;
  }
}
