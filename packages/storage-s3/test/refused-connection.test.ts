import { describe, expect, it } from 'vitest';
import { leaveRefusedConnection } from '../src/refused-connection.ts';

function response(statusCode: number): { statusCode: number; body: { req: { shouldKeepAlive: boolean } } } {
  return { statusCode, body: { req: { shouldKeepAlive: true } } };
}

describe('leaveRefusedConnection', () => {
  it('ends the connection of a refused request, and of no other', () => {
    for (const statusCode of [200, 304, 404, 412, 503]) {
      const one = response(statusCode);
      leaveRefusedConnection(one);
      expect(one.body.req.shouldKeepAlive).toBe(statusCode !== 412);
    }
  });

  it("passes over what is not Node's", () => {
    for (const other of [undefined, {}, { statusCode: 412 }, { statusCode: 412, body: new ReadableStream() }])
      expect(() => leaveRefusedConnection(other)).not.toThrow();
  });
});
