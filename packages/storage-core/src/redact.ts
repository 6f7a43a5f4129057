// No name begins here: `AWS_SESSION_TOKEN`, `X-Amz-Signature` and `refresh_token` all end in what they are.
const secretName =
  '(?:signature|credential|token|secret|password|passphrase|(?:account|access|storage|private|api)[_-]?key|\\bsig)';

/** What is replaced by what, in this order; nothing of what is left is replaced when it comes again. */
const rules: readonly (readonly [RegExp, string])[] = [
  // The words of Node and of Deno for a header with a line break in it: a token from a file often has one.
  [/"[^"]+" is an invalid header value/g, '"…" is an invalid header value'],
  [/(invalid header value: )"[^"]+"/gi, '$1"…"'],
  // JSON, and objects as they are inspected.
  [new RegExp(`(${secretName}["']?\\s?:\\s?)("(?:[^"\\\\]|\\\\.)+"|'(?:[^'\\\\]|\\\\.)+')`, 'gi'), '$1"…"'],
  // A key in PEM, whole or cut off.
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '…'],
  // Queries without their host, forms, connection strings, variables.
  [new RegExp(`(${secretName}\\s?=\\s?["']?)[^\\s&;,"'<>]+`, 'gi'), '$1…'],
  // Headers.
  [/\b(x-[a-z-]*(?:token|key|signature)\s?:\s?|cookie\s?:\s?)[^\s"',;]+/gi, '$1…'],
  [/\b(Bearer (?=[\w.~+/=-]{16}|[\w.~+/=-]*\d)|SharedKey(?:Lite)? |Basic (?=[\w+/-]+[A-Z0-9=]))[^\s"',]+/g, '$1…'],
  // Users and queries of addresses.
  [/(:\/\/)[^\s/?#"'<>]*@/g, '$1'],
  [/(:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/g, '$1'],
];

/**
 * A text in which addresses keep neither user nor query, since signatures, tokens and keys travel there, and which loses the
 * values of what is a secret by its name or its shape.
 */
export function redact(text: string): string {
  return rules.reduce((left, [secret, shown]) => left.replace(secret, shown), text);
}
