/** The longest wait that a provider may ask for: what the longest back-off is by default. */
export const maxRetryAfterMs = 180_000;

/**
 * What the header `Retry-After` asks for, in milliseconds from 0 to {@link maxRetryAfterMs}; undefined where it says nothing
 * that can be read.
 *
 * @param header Seconds, or a date in any of the three forms of HTTP.
 * @param nowMs The time of day, as of `Date.now()`.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 (seen 2026-11)
 */
export function retryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1_000, maxRetryAfterMs);
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  // The oldest form names no zone, and Date.parse would take it for local time.
  const dateMs = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(dateMs) ? undefined : Math.min(Math.max(dateMs - nowMs, 0), maxRetryAfterMs);
}
