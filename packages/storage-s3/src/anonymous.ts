import type { S3ClientConfig } from '@aws-sdk/client-s3';

const NO_AUTH = 'smithy.api#noAuth';

/** What makes an SDK client send its requests unsigned, and look for no credentials. */
export const unsigned: S3ClientConfig = {
  httpAuthSchemes: [
    {
      schemeId: NO_AUTH,
      identityProvider: () => async () => ({}),
      signer: { sign: async (request) => request },
    },
  ],
  httpAuthSchemeProvider: () => [{ schemeId: NO_AUTH }],
};
