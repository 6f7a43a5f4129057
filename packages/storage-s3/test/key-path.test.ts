import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyPath } from '../src/key-path.ts';
import { SdkWire } from '../src/sdk-wire.ts';
import { context } from './scripted.ts';
import { targetAt } from './target-at.ts';
import { handedBy } from './wires.ts';

it('encodes all but what RFC 3986 leaves as it is', () => {
  expect(keyPath("azAZ09-._~/ +%2F!'()*&?#é")).toBe('azAZ09-._~/%20%2B%252F%21%27%28%29%2A%26%3F%23%C3%A9');
});

it('keeps every slash and every dot', () => {
  expect(keyPath('/a//../b/./')).toBe('/a//../b/./');
});

it('is what the SDK sends', async () => {
  const target = targetAt({ url: 'http://127.0.0.1:9', bucket: 'bucket' });
  const handed = handedBy(target);
  const wire = new SdkWire(target);
  // As core lets them pass: no lone surrogates.
  const odd = fc.constantFrom('/', '//', '.', '..', ' ', '+', '%', '%2F', '\\', "!'()*", '~', '\u0000', '\uffff', '😀');
  const keys = fc.array(fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 8 })), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      keys.map((parts) => parts.join('')).filter((key) => key !== ''),
      async (key) => {
        await wire.send({ method: 'HEAD', key, headers: {} }, context);
        expect(`/bucket/${keyPath(key)}`).toBe(handed.pop()?.path);
      },
    ),
    { numRuns: 500 },
  );
});
