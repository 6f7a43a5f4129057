import { StorageError } from '@icechunk/storage-core';
import type { AuthClient } from 'google-auth-library';
import { GOOGLE_BASE_URL } from './base-url.ts';
import type { GoogleKey } from './key-file.ts';
import { type Token, tokenFromHeaders } from './token.ts';
import { type Transporter, transporterFor } from './token-transport.ts';

type Library = typeof import('google-auth-library');

/** What a token is wanted for. */
export interface TokenRequest {
  /** What it may do, for those credentials that are not bound to scopes of their own. */
  readonly scope: string;
  /** Where it will be sent. */
  readonly baseUrl: string;
  /** Ends the request. */
  readonly signal: AbortSignal;
}

/** A new token for credentials. May throw whatever `google-auth-library` throws. */
export async function tokenForKey(key: GoogleKey, request: TokenRequest): Promise<Token> {
  checkUniverse(key, request.baseUrl);
  const library = await loadLibrary();
  if (key.type === 'impersonated_service_account') return await impersonate(key, request);
  return withoutQuotaProject(await ask(clientFor(library, key, request), request.baseUrl));
}

/** A token of the service account that this machine has in Google's cloud. */
export async function tokenFromMetadataServer(request: TokenRequest): Promise<Token> {
  const { Compute, gcpMetadata } = await loadLibrary();
  if (!(await hasMetadataServer(gcpMetadata))) {
    throw new StorageError({
      kind: 'unauthenticated',
      message:
        'fromEnv found no credentials: no variable such as GOOGLE_APPLICATION_CREDENTIALS is set, gcloud has left no file ' +
        '(gcloud auth application-default login), and there is no metadata server',
    });
  }
  return withoutQuotaProject(await ask(new Compute(), request.baseUrl));
}

async function hasMetadataServer({
  getGCPResidency,
  isAvailable,
  resetIsAvailableCache,
}: Library['gcpMetadata']): Promise<boolean> {
  // The library remembers for ever that there was none, also where the network was not up yet.
  resetIsAvailableCache();
  // Where this variable is set it decides; else what the machine says of itself spares the wait for an answer.
  if (!process.env['METADATA_SERVER_DETECTION'] && getGCPResidency()) return true;
  return await isAvailable();
}

// By far the heaviest thing here, and of no use to tokens that come from elsewhere.
async function loadLibrary(): Promise<Library> {
  return await import('google-auth-library');
}

async function ask(client: AuthClient, baseUrl: string): Promise<Token> {
  return tokenFromHeaders(await client.getRequestHeaders(`${baseUrl}/`), client.credentials.expiry_date);
}

// Who pays is said by `userProject` alone: a project that gcloud left in a file would be billed in silence, and Storage answers 403
// where the user may not use it.
function withoutQuotaProject({ headers: { 'x-goog-user-project': _, ...headers }, ...token }: Token): Token {
  return { ...token, headers };
}

type Fields = Readonly<Record<string, string>>;

function clientFor(library: Library, key: GoogleKey, request: TokenRequest): AuthClient {
  const fields = key as GoogleKey & Fields;
  const transporter = transporterFor(
    library,
    request.signal,
    key.type === 'service_account' ? fields['token_uri'] : undefined,
  );
  const scopes = [request.scope];
  switch (key.type) {
    case 'service_account':
      return serviceAccountClient(library, fields, { scopes, transporter });
    case 'authorized_user':
      return authorizedUserClient(library, fields, transporter);
    case 'external_account_authorized_user':
      return new library.ExternalAccountAuthorizedUserClient({ ...key, transporter } as never);
    default:
      return externalClient(library, { ...key, scopes, transporter });
  }
}

// The constructors of one type each: `fromJSON` and `GoogleAuth`'s options print warnings (google-auth-library 11.3, seen 2026-11).
function serviceAccountClient({ JWT }: Library, fields: Fields, options: ClientOptions): AuthClient {
  const { client_email, private_key, private_key_id, token_uri, universe_domain } = fields;
  return new JWT({
    ...options,
    ...(client_email !== undefined && { email: client_email }),
    ...(private_key !== undefined && { key: private_key }),
    ...(private_key_id !== undefined && { keyId: private_key_id }),
    ...(universe_domain !== undefined && { universeDomain: universe_domain }),
    // The library signs for Google's own endpoint, whatever the key says (AIP-4112: the audience is `token_uri`).
    ...(token_uri !== undefined && { additionalClaims: { aud: token_uri } }),
  });
}

interface ClientOptions {
  readonly scopes: string[];
  readonly transporter: Transporter;
}

function authorizedUserClient({ UserRefreshClient }: Library, fields: Fields, transporter: Transporter): AuthClient {
  const { client_id, client_secret, refresh_token, token_uri } = fields;
  return new UserRefreshClient({
    transporter,
    ...(client_id !== undefined && { clientId: client_id }),
    ...(client_secret !== undefined && { clientSecret: client_secret }),
    ...(refresh_token !== undefined && { refreshToken: refresh_token }),
    ...(token_uri !== undefined && { endpoints: { oauth2TokenUrl: token_uri } }),
  });
}

function externalClient(library: Library, options: GoogleKey & ClientOptions): AuthClient {
  const source = Object(options['credential_source']) as Readonly<Record<string, unknown>>;
  const Client = externalClass(library, source);
  return withTransporter(new Client(options as never), options.transporter);
}

function externalClass(
  { AwsClient, PluggableAuthClient, IdentityPoolClient }: Library,
  source: Readonly<Record<string, unknown>>,
): new (
  options: never,
) => AuthClient {
  if (source['environment_id'] !== undefined) return AwsClient;
  return source['executable'] === undefined ? IdentityPoolClient : PluggableAuthClient;
}

// The exchange of tokens has a transporter of its own, which takes no options (google-auth-library 11.3, seen 2026-11).
function withTransporter(client: AuthClient, transporter: Transporter): AuthClient {
  const { stsCredential } = client as unknown as { readonly stsCredential?: object };
  if (stsCredential) Object.assign(stsCredential, { transporter });
  return client;
}

/**
 * The library's own client for this prints a warning when it is made, and asks another address than the file names.
 *
 * @see https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken (seen 2026-11)
 */
async function impersonate(key: GoogleKey, request: TokenRequest): Promise<Token> {
  const library = await loadLibrary();
  const { checkKey } = await import('./key-file.ts');
  const source = checkKey(key['source_credentials'], {
    name: "the file's source_credentials",
    serviceAccountOnly: false,
  });
  const { headers } = await tokenForKey(source, { ...request, scope: CLOUD_PLATFORM });
  const { data } = await transporterFor(library, request.signal, undefined).request<Impersonated>({
    method: 'POST',
    url: String(key['service_account_impersonation_url']),
    headers,
    data: { scope: [request.scope], delegates: key['delegates'] ?? [] },
    responseType: 'json',
  });
  const { accessToken, expireTime = '' } = Object(data) as Partial<Impersonated>;
  return tokenFromHeaders({ authorization: `Bearer ${accessToken}` }, Date.parse(expireTime));
}

interface Impersonated {
  readonly accessToken: string;
  /** RFC 3339. */
  readonly expireTime: string;
}

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform';

// A token of one universe is a secret that another must not see.
function checkUniverse({ universe_domain: universe = 'googleapis.com' }: GoogleKey, baseUrl: string): void {
  if (universe === 'googleapis.com' || baseUrl !== GOOGLE_BASE_URL) return;
  throw new StorageError({
    kind: 'invalid_options',
    message:
      'the credentials are of another universe than googleapis.com: give its endpointUrl, such as https://storage.<universe>',
  });
}
