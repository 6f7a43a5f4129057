/** True where an address leads to this machine and no further. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]' || isLoopbackV4(hostname);
}

// A URL writes every spelling of an IPv4 address as four decimal numbers (https://url.spec.whatwg.org/#concept-ipv4-serializer).
function isLoopbackV4(hostname: string): boolean {
  return /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
