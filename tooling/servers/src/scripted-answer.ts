import type { ServerResponse } from 'node:http';

/** What a scripted server does with one request. Every field may be left out: then it is 200 with an empty body. */
export interface ScriptedAnswer {
  /** 200 unless given. */
  readonly status?: number;
  /** Sent as they are spelled here. `content-length` is added for `body`, unless it or `transfer-encoding` is given. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Text is sent as UTF-8. A HEAD request gets the headers alone. */
  readonly body?: string | Uint8Array;
  /** The head, so many bytes of the body, then the end of the connection: less arrived than the head promised. */
  readonly cutAfterBytes?: number;
  /** The connection is reset (RST) in place of an answer. The request has been received whole. */
  readonly resetBeforeAnswer?: true;
  /** No answer comes, and the connection stays open until the client or `close()` ends it. */
  readonly never?: true;
  /**
   * Answered as soon as the request's head is here, and the connection then ended with the body unread, as some servers refuse
   * a large PUT. Only for answers of the queue; the request is recorded with an empty body.
   */
  readonly beforeBody?: true;
}

/** Does to one response what an answer says. */
export function sendAnswer(answer: ScriptedAnswer, response: ServerResponse): void {
  if (answer.never) return;
  if (answer.resetBeforeAnswer) {
    response.socket?.resetAndDestroy();
    return;
  }
  const body = typeof answer.body === 'string' ? Buffer.from(answer.body) : answer.body;
  response.statusCode = answer.status ?? 200;
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.beforeBody) response.setHeader('connection', 'close');
  if (answer.cutAfterBytes === undefined) response.end(body);
  else sendCut(response, body ?? new Uint8Array(0), answer.cutAfterBytes);
}

function sendCut(response: ServerResponse, body: Uint8Array, bytes: number): void {
  if (!response.hasHeader('content-length') && !response.hasHeader('transfer-encoding')) {
    response.setHeader('content-length', body.byteLength);
  }
  response.flushHeaders();
  // The callback comes when the bytes are the system's: what is destroyed after it still arrives.
  response.write(body.subarray(0, bytes), () => response.destroy());
}
