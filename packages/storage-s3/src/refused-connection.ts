/**
 * Keeps a connection over which a request was refused with 412 from being used again.
 *
 * MinIO closes it a moment after its answer and does not say so (seen 2026-11): the next request, which reads back what was
 * refused, would be lost on it. Where the answer is not Node's there is nothing to do.
 *
 * @param response The SDK's, as its handler gives it.
 */
export function leaveRefusedConnection(response: unknown): void {
  const { statusCode, body } = (response ?? {}) as { readonly statusCode?: number; readonly body?: unknown };
  if (statusCode !== 412) return;
  // What Node looks at when the answer has been read: the connection is then ended and not put back into the pool.
  const { req } = (body ?? {}) as { readonly req?: { shouldKeepAlive?: boolean } };
  if (req && 'shouldKeepAlive' in req) req.shouldKeepAlive = false;
}
