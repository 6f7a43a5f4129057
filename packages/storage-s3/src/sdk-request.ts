/** What this package looks at in a request of the SDK's, on its way through the SDK's middleware. */
export interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** Whether middleware was given an HTTP request. */
export function isRequest(value: unknown): value is SdkRequest {
  return typeof value === 'object' && value !== null && 'headers' in value && 'hostname' in value;
}
