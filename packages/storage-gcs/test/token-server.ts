import { verify } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Events, OAuth2Server } from 'oauth2-mock-server';
import { publicKey } from './service-account.ts';

/** A real OAuth server on this machine, and what its token endpoints were asked. */
export interface TokenServer {
  /** For users: the server's own. */
  readonly tokenUri: string;
  /**
   * For service accounts: takes only what is signed with the key of `service-account.ts` for this very address. The server's own wants a
   * `sub`, as RFC 7523 does, and looks at no signature; Google wants the signature, and no `sub`.
   */
  readonly signedUri: string;
  /** The bodies of the requests, in order. */
  readonly asked: readonly Form[];
  /** What it answers from now on, instead of a token. */
  answerWith(answer: { readonly status: number; readonly body: object } | undefined): void;
  /** How long its next tokens say that they live, in seconds. Default 3,600. */
  liveFor(seconds: number): void;
  stop(): Promise<void>;
}

type Form = Readonly<Record<string, string>>;

/** Starts a {@link TokenServer} on a free port. */
export async function startTokenServer(): Promise<TokenServer> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, '127.0.0.1');
  const origin = `http://127.0.0.1:${server.address().port}`;
  const asked: Form[] = [];
  let failure: { readonly status: number; readonly body: object } | undefined;
  let lifeSeconds = 3_600;
  const answerTo = (form: Form): { readonly status: number; readonly body: object } => {
    asked.push(form);
    // Google's tokens say nothing of themselves, and no two are alike.
    const token = { access_token: `ya29.token-${asked.length}`, expires_in: lifeSeconds, token_type: 'Bearer' };
    return failure ?? { status: 200, body: token };
  };
  server.service.on(Events.BeforeResponse, (response, request) => {
    const { status, body } = answerTo({ ...(request.body as unknown as Form) });
    Object.assign(response, { statusCode: status, body });
  });
  const signedUri = `${origin}/signed`;
  server.service.addRoute(
    'POST',
    '/signed',
    (request: IncomingMessage & { readonly body?: unknown }, response: ServerResponse) => {
      const form = { ...(request.body as Form) };
      const refused = { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } };
      const { status, body } = isSignedFor(signedUri, form['assertion']) ? answerTo(form) : refused;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    },
  );
  return {
    tokenUri: `${origin}/token`,
    signedUri,
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

function isSignedFor(audience: string, assertion = ''): boolean {
  const [head = '', payload = '', signature = ''] = assertion.split('.');
  if (!verify('sha256', Buffer.from(`${head}.${payload}`), publicKey, Buffer.from(signature, 'base64url')))
    return false;
  const { aud } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly aud?: unknown };
  return aud === audience;
}
