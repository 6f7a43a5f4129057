/**
 * A key as it stands in the path of an address: every segment percent-encoded, but for what RFC 3986 calls unreserved.
 *
 * So do signatures have it, and it is what the SDK sends.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html (seen 2026-11)
 */
export function keyPath(key: string): string {
  return encodeURIComponent(key).replace(/%2F|[!'()*]/g, (found) => (found === '%2F' ? '/' : hex(found)));
}

function hex(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
}
