import type { S3Client } from '@aws-sdk/client-s3';
import { SignatureV4 } from '@smithy/signature-v4';
import { unmarkRightClock } from './clock-mark.ts';
import type { SdkRequest, SdkResponse } from './sdk-request.ts';

/** How the SDK has chosen to authorise one command, as its middleware tells the ones that follow. */
export interface SdkAuth {
  readonly httpAuthOption: {
    readonly schemeId: string;
    readonly signingProperties?: Readonly<Record<string, unknown>>;
  };
  readonly identity: unknown;
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
    readonly __smithy_context?: { readonly selectedHttpAuthScheme?: SdkAuth };
    readonly authSchemes?: readonly { readonly name?: string }[];
  };
  const auth = smithy?.selectedHttpAuthScheme;
  if (auth?.httpAuthOption.schemeId === NO_AUTH) return auth;
  const { signingName, signingRegion } = auth?.httpAuthOption.signingProperties ?? {};
  const isPlain =
    auth?.httpAuthOption.schemeId === 'aws.auth#sigv4' &&
    // Directory buckets have sessions of their own under the same scheme, and the first of several may have more keys.
    authSchemes?.[0]?.name === 'sigv4' &&
    signingName === 's3' &&
    typeof signingRegion === 'string';
  return isPlain ? auth : undefined;
}

const NO_AUTH = 'smithy.api#noAuth';

/**
 * Signs a request as the SDK would, by its own signer and clock, with the keys of this moment.
 *
 * The SDK's way there makes a signer anew for each request and asks for the keys twice.
 */
export async function authorise(sdk: S3Client, auth: SdkAuth, request: SdkRequest): Promise<AuthorisedRequest> {
  const isSigned = auth.httpAuthOption.schemeId !== NO_AUTH;
  const identity = isSigned ? await sdk.config.credentials() : undefined;
  const properties = isSigned ? signingProperties(sdk, auth, identity as Keys) : {};
  const offsetMs = sdk.config.systemClockOffset;
  return {
    request: await auth.signer.sign(request, identity, properties),
    identity,
    succeeded: (response) => auth.signer.successHandler?.(response, properties),
    failed: (err) => {
      try {
        auth.signer.errorHandler?.(properties)(err);
      } catch {
        // It throws what it was given.
      }
      unmarkRightClock(sdk, err, offsetMs);
      return err;
    },
  };
}

type Keys = Awaited<ReturnType<S3Client['config']['credentials']>>;

function signingProperties({ config }: S3Client, { httpAuthOption }: SdkAuth, credentials: Keys): object {
  const { signingRegion, signingName } = httpAuthOption.signingProperties as Readonly<Record<string, string>>;
  const signer = async (): Promise<SignatureV4> =>
    new SignatureV4({
      credentials,
      region: signingRegion as string,
      service: signingName as string,
      sha256: config.sha256,
      uriEscapePath: false,
    });
  return { signingRegion, signingName, context: {}, config: new SharedClock(config, signer) };
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
