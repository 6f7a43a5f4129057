import { createHttpHeaders, createPipelineRequest, type PipelineResponse } from '@azure/core-rest-pipeline';
import { describe, expect, it } from 'vitest';
import { factsIn, failureFrom } from '../src/blob-answer.ts';
import { failureOf } from '../src/errors.ts';

function answer(headers: Record<string, string>, more: object = {}): PipelineResponse {
  const request = createPipelineRequest({ url: 'https://host/grids/a' });
  return { status: 409, request, headers: createHttpHeaders(headers), ...more };
}

describe('factsIn', () => {
  it('says what the headers say', () => {
    const headers = {
      etag: '"1"',
      'content-length': '12',
      'content-type': 'a/b',
      'last-modified': 'Mon, 23 Nov 2026 01:02:03 GMT',
      'x-ms-meta-one': '1',
      'x-ms-metadata': 'none',
    };
    expect(factsIn(answer(headers))).toEqual({
      etag: '"1"',
      contentLength: 12,
      contentType: 'a/b',
      lastModified: new Date('2026-11-23T01:02:03Z'),
      metadata: { one: '1' },
    });
  });

  it.each([{}, { 'content-length': '-1', 'last-modified': 'soon' }, { 'content-length': '1e3' }])(
    'makes nothing up of %j',
    (headers) => {
      expect(factsIn(answer(headers))).toEqual({ metadata: {} });
    },
  );
});

describe('failureFrom', () => {
  it('takes the code of the header, and else that of the body', () => {
    const parsedBody = { Code: 'InTheBody', Message: 'words' };
    const header = { 'x-ms-error-code': 'InTheHeader' };
    expect(failureOf(failureFrom(answer(header, { parsedBody })))).toEqual({ status: 409, code: 'InTheHeader' });
    expect(failureOf(failureFrom(answer({}, { parsedBody })))).toEqual({ status: 409, code: 'InTheBody' });
    expect(failureOf(failureFrom(answer({})))).toEqual({ status: 409, code: undefined });
    expect(failureFrom(answer({}, { parsedBody })).details).toMatchObject({ message: 'words' });
  });

  it('has for its words what the body says, or is', () => {
    expect(failureFrom(answer({}, { parsedBody: { Message: { $: { a: 'b' }, '#': 'words' } } })).message).toBe('words');
    expect(failureFrom(answer({}, { parsedBody: { error: { code: 'A', message: 'JSON' } } })).message).toBe('JSON');
    expect(failureFrom(answer({}, { bodyAsText: 'plain' })).message).toBe('plain');
  });
});
