import { describe, expect, it } from 'vitest';
import { blockId, newUploadId } from '../src/block-id.ts';

describe('blockId', () => {
  it('has one length for every part, which is that of other Icechunk clients, and is its upload’s alone', () => {
    const [one, other] = [newUploadId(), newUploadId()];
    const ids = [1, 2, 999, 50_000].flatMap((part) => [blockId(one, part), blockId(other, part)]);
    expect(new Set(ids).size).toBe(8);
    // 32 bytes in base64: object_store, `src/azure/client.rs` (seen 2026-11).
    expect(new Set(ids.map((id) => Buffer.from(id, 'base64').byteLength))).toEqual(new Set([32]));
  });
});
