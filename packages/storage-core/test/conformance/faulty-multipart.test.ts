import { describe, expect, it } from 'vitest';
import { refusedConnection } from '../../src/conformance/faults.ts';
import { FaultyClient } from '../../src/conformance/faulty-client.ts';
import { partsOf } from '../../src/conformance/parts.ts';
import { FakeClient } from '../fake-client.ts';
import { FakeSequence } from '../fake-sequence.ts';

const context = { signal: new AbortController().signal };

describe('a sequential upload through a faulty client', () => {
  it('passes through, and its last part counts as the completion', async () => {
    const inner = new FakeClient();
    const client = new FaultyClient(Object.assign(inner, { multipart: new FakeSequence(inner) }));
    const { multipart } = client;
    if (multipart?.kind !== 'sequential') throw new Error('the inner client uploads in sequence');
    expect([multipart.partUnitBytes, partsOf(client, 2)]).toEqual([8, 2 * 1_021]);
    const started = await multipart.start({ key: 'u', sizeBytes: 11 }, context);
    if (started.kind !== 'started') throw new Error('nothing refuses');
    const upload = { key: 'u', uploadId: started.uploadId, sizeBytes: 11 };
    await multipart.send({ ...upload, offset: 0, data: new Uint8Array(8).fill(1) }, context);
    client.next('ask_upload', refusedConnection);
    await expect(multipart.ask(upload, context)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await multipart.ask(upload, context)).toEqual({ kind: 'committed', sizeBytes: 8 });
    const answer = await multipart.send({ ...upload, offset: 8, data: new Uint8Array(3).fill(2) }, context);
    expect(answer).toMatchObject({ kind: 'stored' });
    await multipart.abort(upload, context);
    const verbs = ['start_upload', 'upload_part', 'ask_upload', 'ask_upload', 'complete_upload', 'abort_upload'];
    expect(client.calls.map(({ verb }) => verb)).toEqual(verbs);
    expect(inner.objects.get('u')?.data).toEqual(Uint8Array.from([1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2]));
  });
});
