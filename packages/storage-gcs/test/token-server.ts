import { Events, OAuth2Server } from 'oauth2-mock-server';

/** A real OAuth server on this machine, and what its token endpoint was asked. */
export interface TokenServer {
  readonly tokenUri: string;
  /** The bodies of the requests, in order. */
  readonly asked: readonly Readonly<Record<string, string>>[];
  /** What it answers from now on, instead of a token. */
  answerWith(answer: { readonly status: number; readonly body: object } | undefined): void;
  /** How long its next tokens say that they live, in seconds. Default 3,600. */
  liveFor(seconds: number): void;
  stop(): Promise<void>;
}

/** Starts a {@link TokenServer} on a free port. */
export async function startTokenServer(): Promise<TokenServer> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  const asked: Readonly<Record<string, string>>[] = [];
  let failure: { readonly status: number; readonly body: object } | undefined;
  let lifeSeconds = 3_600;
  // Google's tokens say nothing of themselves, and no two are alike.
  server.service.on(Events.BeforeResponse, (response, request) => {
    asked.push({ ...(request.body as unknown as Record<string, string>) });
    response.statusCode = failure?.status ?? 200;
    response.body = failure?.body ?? {
      access_token: `ya29.token-${asked.length}`,
      expires_in: lifeSeconds,
      token_type: 'Bearer',
    };
  });
  const { port } = server.address();
  return {
    tokenUri: `http://127.0.0.1:${port}/token`,
    asked,
    answerWith: (answer) => {
      failure = answer;
    },
    liveFor: (seconds) => {
      lifeSeconds = seconds;
    },
    stop: () => server.stop(),
  };
}
