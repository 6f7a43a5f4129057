/** What this package looks at in a request of the SDK's, on its way through the SDK's middleware. */
export interface SdkRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

/** What this package looks at in an answer, as a handler of the SDK's gives it. */
export interface SdkResponse {
  readonly statusCode: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** A stream of Node or of the platform. */
  readonly body?: unknown;
}

/** Whether middleware was given an HTTP request. */
export function isRequest(value: unknown): value is SdkRequest {
  return typeof value === 'object' && value !== null && 'headers' in value && 'hostname' in value;
}
