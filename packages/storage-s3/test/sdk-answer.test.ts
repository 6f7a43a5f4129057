import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { s3Target } from '../src/s3.ts';
import { readAnswer } from '../src/sdk-answer.ts';
import { keys } from './recording.ts';

const { sdk } = s3Target({ bucket: 'bucket', region: 'r', ...keys });
const document = '<Error><Code>SlowDown</Code><Message>Reduce it.</Message></Error>';

function answer(statusCode: number, ...chunks: readonly string[]) {
  const body = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  return { statusCode, headers: { etag: '"a"' }, body };
}

describe('readAnswer', () => {
  it('leaves the body of a get to be read', async () => {
    const response = answer(200, 'hello');
    const { body } = await readAnswer(sdk, 'GET', response);
    expect(body).toBe(response.body);
    expect(response.body.readableDidRead).toBe(false);
  });

  it.each(['HEAD', 'PUT'] as const)('reads the answer to a %s to its end', async (method) => {
    const response = answer(200, '');
    expect(await readAnswer(sdk, method, response)).toEqual({ status: 200, headers: response.headers });
    expect(response.body.readableEnded).toBe(true);
  });

  it('throws what the SDK makes of an error, with the raw answer out of sight', async () => {
    const response = answer(503, document.slice(0, 20), document.slice(20));
    const error = await readAnswer(sdk, 'GET', response).catch((err: unknown) => err);
    expect(error).toMatchObject({ name: 'SlowDown', Code: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    expect((error as { readonly $response: unknown }).$response).toBe(response);
    expect(Object.keys(error as object)).not.toContain('$response');
  });

  it('goes by the status where there are no words', async () => {
    for (const words of [[], ['<html><p>']])
      await expect(readAnswer(sdk, 'GET', answer(503, ...words))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 503 },
      });
  });

  it('takes an error in a 200 for a 503, but in what was asked for', async () => {
    await expect(readAnswer(sdk, 'PUT', answer(200, document))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 503 },
    });
    expect(await readAnswer(sdk, 'GET', answer(200, document))).toMatchObject({ status: 200 });
    expect(await readAnswer(sdk, 'PUT', answer(200, '<Error>'))).toMatchObject({ status: 200 });
  });

  it('gives up what is longer than any error document', async () => {
    let made = 0;
    const long = Readable.from(
      (function* () {
        for (; made < 1_000; made++) yield Buffer.alloc(10_000);
      })(),
    );
    const response = { statusCode: 403, headers: {}, body: long };
    await expect(readAnswer(sdk, 'GET', response)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    expect(long.destroyed).toBe(true);
    expect(made).toBeLessThan(100);
  });

  it('fails where the answer to a put breaks off', async () => {
    const body = Readable.from([Buffer.from('x')]);
    body.once('data', () => body.destroy(Object.assign(new Error('gone'), { code: 'ECONNRESET' })));
    const response = { statusCode: 200, headers: {}, body };
    await expect(readAnswer(sdk, 'PUT', response)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('fails so in a browser as well, which gives no reason', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new TypeError('network error')) });
    const response = { statusCode: 200, headers: {}, body };
    await expect(readAnswer(sdk, 'PUT', response)).rejects.toMatchObject({ kind: 'unavailable', retry: 'again' });
  });
});
