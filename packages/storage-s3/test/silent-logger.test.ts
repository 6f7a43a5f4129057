import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Agent } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, expect, it, vi } from 'vitest';
import { s3Target } from '../src/s3.ts';
import { silentLogger } from '../src/silent-logger.ts';
import { keys, recording, yes } from './recording.ts';

afterEach(() => vi.restoreAllMocks());

it('takes everything and gives nothing', () => {
  expect(Object.values(silentLogger).map((say) => say())).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
  // Parts of the SDK take a logger of this name for none.
  expect(silentLogger.constructor.name).not.toBe('NoOpLogger');
});

it('keeps the SDK from the console where every socket is in use and more requests wait', async () => {
  const said = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation(() => {}),
  );
  await using server = await recording();
  // Without timeouts the SDK looks at its sockets as soon as a request is sent.
  const settings = { timeouts: { connectTimeoutMs: 0, readTimeoutMs: 0 } };
  const { sdk } = s3Target({ ...keys, bucket: 'bucket', endpointUrl: server.url, allowHttp: true, settings });
  const head = () => sdk.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'o' }));
  await head();
  // It has as many as it wants, and then nothing to say.
  const { httpAgent } = (sdk.config.requestHandler as unknown as Handler).httpHandlerConfigs();
  httpAgent.maxSockets = 1;
  let open: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  server.respond(async (request) => {
    await gate;
    return yes(request);
  });
  const made = requestsMade(20);
  const heads = Array.from({ length: 20 }, head);
  await made;
  // The SDK's timers, of 0 ms and set before each request was made, come before this one.
  await setTimeout(1);
  open();
  await Promise.all(heads);
  sdk.destroy();
  expect(said.flatMap((spy) => spy.mock.calls)).toEqual([]);
});

/** The SDK's handler for Node. */
interface Handler {
  httpHandlerConfigs(): { readonly httpAgent: Agent };
}

/** Resolves when so many requests have been made in this process, whether or not they have a socket. */
function requestsMade(count: number): Promise<void> {
  return new Promise((resolve) => {
    let made = 0;
    const counted = (): void => {
      made += 1;
      if (made < count) return;
      unsubscribe('http.client.request.created', counted);
      resolve();
    };
    subscribe('http.client.request.created', counted);
  });
}
