import {
  createDefaultHttpClient,
  type PipelineResponse,
  type PipelineRequest as SdkRequest,
} from '@azure/core-rest-pipeline';
import { AnonymousCredential, BlobServiceClient, newPipeline, type StoragePipelineOptions } from '@azure/storage-blob';

/** What is used of a request on its way through the SDK. */
export interface PipelineRequest {
  url: string;
  readonly method: string;
  readonly headers: PipelineHeaders;
  readonly body?: unknown;
  readonly abortSignal?: unknown;
  /** Whose connections it takes: the SDK's for a proxy, or none yet. */
  agent?: object | undefined;
}

/** What is used of a request's headers. */
interface PipelineHeaders extends Iterable<[string, string]> {
  get(name: string): string | undefined;
  set(name: string, value: string | number | boolean): void;
}

/** A step that every request takes, once everything else of it is said. */
export interface PipelinePolicy {
  readonly name: string;
  sendRequest<Answer extends { readonly status: number }>(
    request: PipelineRequest,
    next: () => Promise<Answer>,
  ): Promise<Answer>;
}

/** Sends requests as the SDK sends them, once all of them is said but for who sends them and by what right. */
export interface Sender {
  /** Of the protocol that the SDK speaks: its `x-ms-version`. */
  readonly version: string;
  /** @returns The answer, whatever its status: its body is a stream only for the request's `streamResponseStatusCodes`. */
  send(request: SdkRequest): Promise<PipelineResponse>;
}

/** A client of a blob service, and another way to send over the same connections and with the same steps. */
export interface SteppedService extends BlobServiceClient {
  /** Past the SDK's generated client. Undefined where an SDK that is newer than this package does not say what it speaks. */
  sender(): Sender | undefined;
}

/**
 * A client of a blob service without credentials of its own, whose requests take these steps last.
 *
 * The SDK's way to add steps, `Pipeline.factories`, translates each request and answer to an older form and back, which takes a small
 * read longer than all that is done here.
 */
export function serviceWith(
  url: string,
  options: StoragePipelineOptions,
  policies: readonly PipelinePolicy[],
): SteppedService {
  return new Service(url, options, policies);
}

/**
 * Steps of the SDK that do nothing for a single blob's request: they serialise by a table of the generated client, make forms, try
 * again and follow redirects, which is all off here. The spans of a trace are left out with those of the generated client.
 */
const idleSteps = [
  'serializationPolicy',
  'formDataPolicy',
  'multipartPolicy',
  'storageRetryPolicy',
  'redirectPolicy',
  'tracingPolicy',
];

class Service extends BlobServiceClient implements SteppedService {
  constructor(url: string, options: StoragePipelineOptions, policies: readonly PipelinePolicy[]) {
    super(url, newPipeline(new AnonymousCredential(), options));
    // All clients that come of this one share its pipeline.
    const { pipeline } = this.storageClientContext;
    for (const policy of policies) {
      pipeline.addPolicy(
        { name: policy.name, sendRequest: (request, next) => policy.sendRequest(request, () => next(request)) },
        { afterPhase: 'Sign' },
      );
    }
  }

  sender(): Sender | undefined {
    const { pipeline, version } = this.storageClientContext;
    if (typeof version !== 'string') return undefined;
    const steps = pipeline.clone();
    for (const name of idleSteps) steps.removePolicy({ name });
    const httpClient = createDefaultHttpClient();
    return { version, send: (request) => steps.sendRequest(httpClient, request) };
  }
}
