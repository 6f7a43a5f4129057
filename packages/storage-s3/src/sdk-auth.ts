import type { S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { unmarkRightClock } from './clock-mark.ts';
import type { SdkRequest, SdkResponse } from './sdk-request.ts';

/** How the SDK has chosen to authorise one command, as its middleware tells the ones that follow, without the keys. */
export interface SdkAuth {
  readonly signer: SdkSigner;
  /** What is signed for; undefined where nobody signs. */
  readonly scope?: { readonly signingName: 's3'; readonly signingRegion: string };
}

interface SelectedScheme {
  readonly httpAuthOption: {
    readonly schemeId: string;
    readonly signingProperties?: Readonly<Record<string, unknown>>;
  };
  readonly signer: SdkSigner;
}

interface SdkSigner {
  sign(request: SdkRequest, identity: unknown, properties: object): Promise<SdkRequest>;
  /** Sets the clock by an answer that is an error, and throws the error. */
  errorHandler?(properties: object): (err: unknown) => never;
  /** Sets the clock by an answer. */
  successHandler?(response: SdkResponse, properties: object): void;
}

/** A request that is ready to be sent, and whom to tell what became of it. */
export interface AuthorisedRequest {
  readonly request: SdkRequest;
  /** The very keys that it is signed with; undefined where it is not. */
  readonly identity: unknown;
  /** Sets the clock of the SDK client. */
  succeeded(response: SdkResponse): void;
  /** Sets the clock of the SDK client, and marks the error where that was wrong. @returns The error. */
  failed(err: unknown): unknown;
}

/** What a context of the SDK's middleware says of {@link SdkAuth}: undefined where it is none that {@link authorise} can do. */
export function plainAuth(context: unknown): SdkAuth | undefined {
  const { __smithy_context: smithy, authSchemes } = context as {
    readonly __smithy_context?: { readonly selectedHttpAuthScheme?: SelectedScheme };
    readonly authSchemes?: readonly { readonly name?: string }[];
  };
  const selected = smithy?.selectedHttpAuthScheme;
  if (!selected) return undefined;
  const { httpAuthOption, signer } = selected;
  if (httpAuthOption.schemeId === NO_AUTH) return { signer };
  const { signingName, signingRegion } = httpAuthOption.signingProperties ?? {};
  // Directory buckets have sessions of their own under the same scheme, and the first of several may have more keys.
  const isPlain = httpAuthOption.schemeId === 'aws.auth#sigv4' && authSchemes?.[0]?.name === 'sigv4';
  if (!isPlain || signingName !== 's3' || typeof signingRegion !== 'string') return undefined;
  return { signer, scope: { signingName, signingRegion } };
}

const NO_AUTH = 'smithy.api#noAuth';

/**
 * Signs a request as the SDK would, by its own signer and clock, with the keys of this moment.
 *
 * The SDK's way there makes a signer anew for each request and asks for the keys twice.
 */
export async function authorise(
  sdk: S3Client,
  { signer, scope }: SdkAuth,
  request: SdkRequest,
): Promise<AuthorisedRequest> {
  const identity = scope && (await sdk.config.credentials());
  const properties = scope && identity ? signingProperties(sdk, scope, identity) : {};
  const offsetMs = sdk.config.systemClockOffset;
  return {
    request: await signer.sign(request, identity, properties),
    identity,
    succeeded: (response) => signer.successHandler?.(response, properties),
    failed: (err) => {
      try {
        signer.errorHandler?.(properties)(err);
      } catch {
        // It throws what it was given.
      }
      unmarkRightClock(sdk, err, offsetMs);
      return err;
    },
  };
}

type Keys = Awaited<ReturnType<S3Client['config']['credentials']>>;

function signingProperties({ config }: S3Client, scope: NonNullable<SdkAuth['scope']>, credentials: Keys): object {
  const signer = async (): Promise<SignatureV4> =>
    new SignatureV4({
      credentials,
      region: scope.signingRegion,
      service: scope.signingName,
      sha256: config.sha256,
      uriEscapePath: false,
    });
  return { ...scope, context: {}, config: new SharedClock(config, signer) };
}

/** What the SDK's signer looks at of a client, whose clock it reads and sets. */
class SharedClock {
  readonly #config: S3Client['config'];
  readonly signer: () => Promise<SignatureV4>;

  constructor(config: S3Client['config'], signer: () => Promise<SignatureV4>) {
    this.#config = config;
    this.signer = signer;
  }

  disableClockSkewCorrection(): Promise<boolean> {
    return this.#config.disableClockSkewCorrection();
  }

  get systemClockOffset(): number {
    return this.#config.systemClockOffset;
  }

  set systemClockOffset(offset: number) {
    this.#config.systemClockOffset = offset;
  }
}
