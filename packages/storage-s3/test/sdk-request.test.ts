import { expect, it } from 'vitest';
import { isRequest } from '../src/sdk-request.ts';

it('knows an HTTP request by what it has', () => {
  expect(isRequest({ method: 'GET', protocol: 'https:', hostname: 'h', headers: {} })).toBe(true);
  expect([undefined, null, 'GET', {}, { headers: {} }].map(isRequest)).toEqual([false, false, false, false, false]);
});
