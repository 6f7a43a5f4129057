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
): BlobServiceClient {
  return new SteppedService(url, options, policies);
}

class SteppedService extends BlobServiceClient {
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
}
