import { describe, expect, it } from 'vitest';
import { unmarkRightClock } from '../src/clock-mark.ts';
import { s3Target } from '../src/s3.ts';
import { keys, no, recording } from './recording.ts';
import { outcomeOf, wires } from './wires.ts';

const hour = 3_600_000;
const tooFar = { kind: 'unauthenticated', retry: 'again', providerCode: 'RequestTimeTooSkewed' };

describe.each(wires)('on a machine whose clock is an hour ahead, %s', (_, wireOf) => {
  it('tries again what the wrong clock has caused, or the answer says that a clock did, and nothing else', async () => {
    await using server = await recording();
    const target = s3Target({ bucket: 'b', region: 'r', endpointUrl: server.url, allowHttp: true, ...keys });
    const wire = wireOf(target);
    const headers = { date: new Date(Date.now() - hour).toUTCString() };
    const forbidden = { status: 403, headers };
    server.next(forbidden, forbidden, { ...no(403, 'RequestTimeTooSkewed'), headers });
    expect(await outcomeOf(wire, { method: 'HEAD', key: 'a', headers: {} })).toMatchObject(tooFar);
    expect(await outcomeOf(wire, { method: 'HEAD', key: 'a', headers: {} })).toMatchObject({
      kind: 'permission_denied',
      retry: 'no',
    });
    expect(await outcomeOf(wire, { method: 'GET', key: 'a', headers: {} })).toMatchObject(tooFar);
  });
});

it('leaves alone what has no mark', () => {
  const { sdk } = s3Target({ bucket: 'b', region: 'r', ...keys });
  for (const err of [new Error('x'), Object.assign(new Error('x'), { $metadata: Object.freeze({}) }), 'x', undefined])
    expect(() => unmarkRightClock(sdk, err, 0)).not.toThrow();
});
