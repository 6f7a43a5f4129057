import type { AttemptContext, StorageClient } from '@icechunk/storage-core';
import { expect, it } from 'vitest';
import { withoutDefaultType } from '../src/without-default-type.ts';

const context: AttemptContext = { signal: new AbortController().signal };

class Client {
  readonly contentType?: string;

  constructor(contentType?: string) {
    if (contentType !== undefined) this.contentType = contentType;
  }

  async get({ key }: { key: string }): Promise<object> {
    return key === 'changed' ? { kind: 'changed' } : { kind: 'found', ...(await this.head()) };
  }

  async head(): Promise<object> {
    return { sizeBytes: 3, ...(this.contentType !== undefined && { contentType: this.contentType }) };
  }
}

const clientOf = (type: string | undefined, ...types: (readonly string[])[]): StorageClient =>
  withoutDefaultType(new Client(type) as unknown as StorageClient, ...types);

it.each([
  ['application/octet-stream', undefined],
  ['binary/octet-stream', 'binary/octet-stream'],
  ['text/plain', 'text/plain'],
  [undefined, undefined],
])('of %s leaves %s', async (type, left) => {
  const client = clientOf(type);
  const rest = { sizeBytes: 3, ...(left !== undefined && { contentType: left }) };
  expect(await client.get({ key: 'k' }, context)).toEqual({ kind: 'found', ...rest });
  expect(await client.head('k', context)).toEqual(rest);
});

it('knows other types where they are named', async () => {
  expect(await clientOf('binary/octet-stream', ['binary/octet-stream']).head('k', context)).toEqual({ sizeBytes: 3 });
});

it('passes an answer without an object as it is', async () => {
  expect(await clientOf('text/plain').get({ key: 'changed' }, context)).toEqual({ kind: 'changed' });
});
