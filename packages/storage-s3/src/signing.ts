import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import type { AttemptContext, CredentialSource } from '@icechunk/storage-core';
import { unsigned } from './anonymous.ts';
import { unmarkRightClock } from './clock-mark.ts';
import type { S3Credentials } from './credential-types.ts';

/** How the requests of an SDK client are signed. */
export interface Signing {
  readonly config: S3ClientConfig;
  /** Has a client say which keys were refused. */
  watch(sdk: S3Client): void;
  /** Takes note where `err` is a refusal of the keys that its request was signed with. */
  refused(err: unknown, identity: unknown): void;
  /** Replaces keys that were refused. Absent where there are no others to be had. */
  readonly refresh?: (context: AttemptContext) => Promise<void>;
}

/** Signs with the keys of a source, and with none where there is no source. */
export function signingOf(source: CredentialSource<S3Credentials> | undefined): Signing {
  if (!source) return { config: unsigned, watch: () => {}, refused: () => {} };
  let last: S3Credentials | undefined;
  const refused = (err: unknown, identity: unknown): void => {
    if (isRefusal(err)) last = identity as S3Credentials;
  };
  const watch = (sdk: S3Client): void => watchFailures(sdk, refused);
  const config = { credentials: askedEachTime(source) };
  if (!source.refresh) return { config, watch, refused };
  const refresh = async ({ signal }: AttemptContext): Promise<void> => {
    await source.refresh?.({ ...(last && { refused: last }), signal });
  };
  return { config, watch, refused, refresh };
}

/**
 * A provider that the SDK asks for each request.
 *
 * Its own memo, which it puts before all but those with this mark, asks twice for a request within five minutes of the end, and
 * fails it where the renewal fails though the keys are valid (`@smithy/core` 3.41, `memoizeIdentityProvider`, seen 2026-11).
 */
function askedEachTime(source: CredentialSource<S3Credentials>): () => Promise<SdkKeys> {
  return Object.assign(async () => (await source.get()) as SdkKeys, { memoized: true });
}

// The very object of the source, which is looked at again where it is refused.
type SdkKeys = S3Credentials & { readonly sessionToken?: string };

// Of requests at once, one may be refused with keys that another has replaced by now: only those that it was signed with count.
function watchFailures(sdk: S3Client, tell: Signing['refused']): void {
  sdk.middlewareStack.add(
    (next, context) => async (args) => {
      const offsetMs = sdk.config.systemClockOffset;
      try {
        return await next(args);
      } catch (err) {
        unmarkRightClock(sdk, err, offsetMs);
        tell(err, identityOf(context));
        throw err;
      }
    },
    { step: 'initialize', name: 'icechunkRefusals' },
  );
}

function isRefusal(err: unknown): boolean {
  const { httpStatusCode } = (err as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata ?? {};
  return httpStatusCode === 400 || httpStatusCode === 401 || httpStatusCode === 403;
}

function identityOf(context: unknown): unknown {
  const { __smithy_context: smithy } = context as {
    readonly __smithy_context?: { readonly selectedHttpAuthScheme?: { readonly identity?: unknown } };
  };
  return smithy?.selectedHttpAuthScheme?.identity;
}
