import type { AttemptContext } from '@icechunk/storage-core';
import { leaveRefusedConnection } from './refused-connection.ts';
import { inForm, type RequestForm, requestForm } from './request-form.ts';
import { readAnswer } from './sdk-answer.ts';
import { authorise } from './sdk-auth.ts';
import type { SdkResponse } from './sdk-request.ts';
import { SdkWire } from './sdk-wire.ts';
import { sent } from './send.ts';
import type { S3Target } from './target.ts';
import type { S3Wire, WireAnswer, WireRequest } from './wire.ts';

/**
 * {@link S3Wire} past the SDK's middleware, most of whose work is the same for each request: it is done once for each verb, and
 * what remains is to sign and to send, by the SDK's own signer and connections.
 *
 * What the SDK alone can send goes through {@link SdkWire}.
 */
export class DirectWire implements S3Wire {
  readonly #target: S3Target;
  readonly #sdkWire: S3Wire;
  readonly #forms = new Map<WireRequest['method'], Promise<RequestForm | undefined>>();

  constructor(target: S3Target) {
    this.#target = target;
    this.#sdkWire = new SdkWire(target);
  }

  async send(request: WireRequest, context: AttemptContext): Promise<WireAnswer> {
    const about = { isHead: request.method === 'HEAD', hint: request.hint };
    const form = await sent(this.#target, this.#form(request.method), about);
    if (!form) return await this.#sdkWire.send(request, context);
    return await sent(this.#target, this.#exchange(form, request, context.signal), about);
  }

  #form(method: WireRequest['method']): Promise<RequestForm | undefined> {
    return this.#forms.get(method) ?? this.#newForm(method);
  }

  /** A failure is not kept: a profile may be mended, and credentials found. */
  #newForm(method: WireRequest['method']): Promise<RequestForm | undefined> {
    const form = requestForm(this.#target, method);
    this.#forms.set(method, form);
    form.catch(() => this.#forms.delete(method));
    return form;
  }

  async #exchange(form: RequestForm, request: WireRequest, abortSignal: AbortSignal): Promise<WireAnswer> {
    const { sdk, refused } = this.#target;
    const authorised = await authorise(sdk, form.auth, inForm(form, request));
    try {
      const handler = sdk.config.requestHandler as unknown as SdkHandler;
      const { response } = await handler.handle(authorised.request, { abortSignal });
      leaveRefusedConnection(response);
      const answer = await readAnswer(sdk, request.method, response);
      authorised.succeeded(response);
      return answer;
    } catch (err) {
      refused?.(err, authorised.identity);
      throw authorised.failed(err);
    }
  }
}

interface SdkHandler {
  handle(request: object, options: { readonly abortSignal: AbortSignal }): Promise<{ readonly response: SdkResponse }>;
}
