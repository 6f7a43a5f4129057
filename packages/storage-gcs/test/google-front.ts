import type { RecordedRequest, ScriptedAnswer, ScriptedServer } from '@icechunk-tooling/servers';
import { startScriptedServer } from '@icechunk-tooling/servers';
import { Agent } from 'undici';

/**
 * Stands before a fake-gcs-server (1.56.1) and does what that leaves undone, as Google's pages say (seen 2026-11):
 *
 * - 304 and 412 for conditions on reads, 412 for conditions on the source of a copy:
 *   https://cloud.google.com/storage/docs/request-preconditions
 * - the answer to how far an upload came: https://cloud.google.com/storage/docs/performing-resumable-uploads#status-check
 *
 * Everything else goes through as it is.
 */
export async function startGoogleFront(upstream: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const front = new GoogleFront(upstream);
  const server: ScriptedServer = await startScriptedServer();
  server.respond((request) => front.answer(request));
  return {
    url: server.url,
    stop: async () => {
      await server.close();
      await front.stop();
    },
  };
}

const notMet: ScriptedAnswer = {
  status: 412,
  body: '{"error":{"code":412,"message":"x","errors":[{"reason":"conditionNotMet","message":"x"}]}}',
};

class GoogleFront {
  readonly #upstream: string;
  readonly #agent = new Agent();
  readonly #uploads = new Map<string, { keptBytes: number; last?: ScriptedAnswer }>();

  constructor(upstream: string) {
    this.#upstream = upstream;
  }

  async stop(): Promise<void> {
    await this.#agent.destroy();
  }

  async answer(request: RecordedRequest): Promise<ScriptedAnswer> {
    const url = new URL(request.path, this.#upstream);
    const upload = url.searchParams.get('upload_id');
    if (upload !== null) return await this.#uploadAnswer(request, upload);
    if (url.searchParams.has('ifSourceGenerationMatch')) return await this.#copyAnswer(request, url);
    const answer = await this.#forward(request);
    return url.searchParams.get('alt') === 'media' ? readAnswer(answer, url) : answer;
  }

  async #copyAnswer(request: RecordedRequest, url: URL): Promise<ScriptedAnswer> {
    // This the server honours: 404 where the generation is no more there.
    const generation = url.searchParams.get('ifSourceGenerationMatch') ?? '';
    const answer = await this.#forward({ ...request, path: `${request.path}&sourceGeneration=${generation}` });
    if (answer.status !== 404) return answer;
    const [source] = url.pathname.split('/rewriteTo/');
    const head = { ...request, method: 'GET', path: source ?? '', body: new Uint8Array() };
    return (await this.#forward(head)).status === 404 ? answer : notMet;
  }

  async #uploadAnswer(request: RecordedRequest, id: string): Promise<ScriptedAnswer> {
    const upload = this.#uploads.get(id) ?? { keptBytes: 0 };
    this.#uploads.set(id, upload);
    const range = request.headers['content-range'] ?? '';
    if (request.method === 'DELETE' || upload.last) return upload.last ?? (await this.#forward(request));
    if (range.startsWith('bytes */')) return kept(upload.keptBytes);
    const [first, last] = (/^bytes (\d+)-(\d+)\//.exec(range) ?? []).slice(1).map(Number) as [number, number];
    if (first !== upload.keptBytes) return { status: 400, body: 'a gap, or bytes that are there already' };
    const answer = await this.#forward(request);
    if (answer.status === 308) upload.keptBytes = last + 1;
    else upload.last = answer;
    return answer;
  }

  async #forward({ method, path, headers, body }: RecordedRequest): Promise<ScriptedAnswer> {
    const sent = Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
    const options = { origin: this.#upstream, path, method, headers: sent, body: body.byteLength > 0 ? body : null };
    const answer = await this.#agent.request(options);
    const passed = Object.entries(answer.headers).filter(([name]) => !hopByHop.has(name));
    return {
      status: answer.statusCode,
      headers: Object.fromEntries(passed) as Record<string, string>,
      body: new Uint8Array(await answer.body.arrayBuffer()),
    };
  }
}

const hopByHop: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

function kept(bytes: number): ScriptedAnswer {
  return { status: 308, ...(bytes > 0 && { headers: { range: `bytes=0-${bytes - 1}` } }) };
}

function readAnswer(answer: ScriptedAnswer, { searchParams }: URL): ScriptedAnswer {
  const generation = answer.headers?.['x-goog-generation'];
  if (answer.status !== 200 && answer.status !== 206 && answer.status !== 416) return answer;
  const [match, notMatch] = [searchParams.get('ifGenerationMatch'), searchParams.get('ifGenerationNotMatch')];
  if (notMatch !== null && notMatch === generation) return { status: 304 };
  return match !== null && match !== generation ? notMet : answer;
}
