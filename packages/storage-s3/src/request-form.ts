import { environment } from './environment.ts';
import { keyPath } from './key-path.ts';
import { objectCommand } from './object-command.ts';
import { readsErrors } from './sdk-answer.ts';
import { plainAuth, type SdkAuth } from './sdk-auth.ts';
import { isRequest, type SdkRequest } from './sdk-request.ts';
import type { S3Target } from './target.ts';
import type { WireRequest } from './wire.ts';

/** What the SDK makes of every request of one verb: where it goes, what it carries, and how it is authorised. */
export interface RequestForm {
  /** Without a key: its path is what comes before it. */
  readonly request: SdkRequest;
  readonly auth: SdkAuth;
}

/**
 * Has the SDK word a request of a verb, which is not sent: its rules for endpoints, its `user-agent`, a user's headers, and what
 * else of its middleware is the same for each request.
 *
 * @returns Undefined where requests differ in more than key, headers and body, or the SDK is made otherwise than is known, so that it
 *   must send them itself.
 * @throws Whatever the SDK would throw in place of sending.
 */
export async function requestForm(target: S3Target, method: WireRequest['method']): Promise<RequestForm | undefined> {
  if (target.isCallersClient || (method === 'PUT' && target.checksumAlgorithm !== undefined)) return undefined;
  if (!readsErrors(target.sdk)) return undefined;
  // Each request names the trace of the call that it is made in.
  if (environment()['AWS_LAMBDA_FUNCTION_NAME']) return undefined;
  const command = objectCommand({ method, key: ANY, headers: {} }, target);
  let form: RequestForm | undefined;
  command.middlewareStack.add(
    (_, context) => async (args) => {
      form = formOf(args.request, context);
      return { response: undefined, output: { $metadata: {} } };
    },
    // After all that others add, and before it is signed.
    { step: 'build', name: 'icechunkRequestForm', priority: 'low' },
  );
  await target.sdk.send(command);
  return form;
}

/** A request in its verb's form. */
export function inForm({ request }: RequestForm, { method, key, headers, data }: WireRequest): SdkRequest {
  const path = request.path + keyPath(key);
  if (method !== 'PUT') return { ...request, path, headers: { ...request.headers, ...headers } };
  const body = data ?? new Uint8Array();
  const length = { 'content-length': String(body.byteLength) };
  return { ...request, path, headers: { ...request.headers, ...headers, ...length }, body };
}

const ANY = 'k';

function formOf(request: unknown, context: unknown): RequestForm | undefined {
  const auth = plainAuth(context);
  if (!auth || !isRequest(request) || !request.path.endsWith(`/${ANY}`)) return undefined;
  return { request: { ...request, path: request.path.slice(0, -ANY.length) }, auth };
}
