import type { Storage } from '@icechunk/storage-core';
import { describe, expect, it } from 'vitest';
import { codeOf, literal, send } from '../src/call.ts';
import type { Operation } from '../src/operation.ts';
import { NamedVersion } from '../src/version-log.ts';

const v1 = new NamedVersion('v1', { etag: '"one"' });

const calls: [operation: Operation<NamedVersion>, code: string, args: unknown[]][] = [
  [{ verb: 'put', key: "it's", text: 'A' }, "storage.putObject('it\\'s', bytes('A'))", ["it's", new Uint8Array([65])]],
  [
    { verb: 'create', key: 'a', text: '', contentType: 'text/plain' },
    "storage.putObject('a', bytes(''), { contentType: 'text/plain', condition: { kind: 'create' } })",
    ['a', new Uint8Array(), { contentType: 'text/plain', condition: { kind: 'create' } }],
  ],
  [
    { verb: 'update', key: 'a', text: 'B', version: v1 },
    "storage.putObject('a', bytes('B'), { condition: { kind: 'update', version: v1 } })",
    ['a', new Uint8Array([66]), { condition: { kind: 'update', version: { etag: '"one"' } } }],
  ],
  [{ verb: 'get', key: 'a' }, "storage.getObject('a')", ['a']],
  [
    { verb: 'get', key: 'a', range: { start: 1, end: 2 } },
    "storage.getObject('a', { range: { start: 1, end: 2 } })",
    ['a', { range: { start: 1, end: 2 } }],
  ],
  [{ verb: 'getConditional', key: 'a' }, "storage.getObjectConditional('a', undefined)", ['a', undefined]],
  [
    { verb: 'getConditional', key: 'a', version: v1 },
    "storage.getObjectConditional('a', v1)",
    ['a', { etag: '"one"' }],
  ],
  [
    { verb: 'copy', from: 'a', to: 'b', version: v1 },
    "storage.copyObject('a', 'b', { version: v1 })",
    ['a', 'b', { version: { etag: '"one"' } }],
  ],
  [
    { verb: 'delete', prefix: 'd', items: [{ id: 'a', sizeBytes: 3 }] },
    "storage.deleteObjects('d', [{ id: 'a', sizeBytes: 3 }])",
    ['d', [{ id: 'a', sizeBytes: 3 }]],
  ],
  [{ verb: 'list', prefix: '' }, "storage.listObjects('')", ['']],
  [{ verb: 'lastModified', key: 'a' }, "storage.getObjectLastModified('a')", ['a']],
];

describe('a call', () => {
  it.each(calls)('%j is printed as it is sent', (operation, code, args) => {
    expect(codeOf(operation)).toBe(code);
    const seen: unknown[] = [];
    const storage = new Proxy({} as Storage, {
      get:
        (_, method) =>
        (...given: unknown[]) =>
          seen.push(method, ...given),
    });
    send(storage, operation);
    expect(seen).toEqual([/\.(\w+)\(/.exec(code)?.[1], ...args]);
  });
});

describe('literal', () => {
  it('names what has a name, however deep', () => {
    const named = { etag: 'x' };
    expect(literal([{ version: named, other: {} }], (one) => (one === named ? 'v7' : undefined))).toBe(
      '[{ version: v7, other: {} }]',
    );
  });

  it('escapes what ends a string', () => {
    expect(literal('a\'b"c\\d\n')).toBe("'a\\'b\"c\\\\d\\n'");
  });
});
