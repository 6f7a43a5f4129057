import { describe, expect, it } from 'vitest';
import { leaksOf } from '../src/index.ts';

const secrets = { key: 'hush+hush/hush' };
const where = (value: unknown): string[] => leaksOf(value, secrets).map((leak) => leak.where);

describe('leaksOf', () => {
  it('finds nothing where nothing is', () => {
    expect(where(new Error('the key is wrong', { cause: new Error('no') }))).toEqual([]);
  });

  it.each([
    ['a message', new Error('the key is hush+hush/hush'), 'message'],
    ['a cause', new Error('x', { cause: new Error('hush+hush/hush') }), 'cause.message'],
    ['a property that is not enumerable', Object.defineProperty({}, 'k', { value: 'hush+hush/hush' }), 'k'],
    ['a symbol', { [Symbol('k')]: 'hush+hush/hush' }, 'Symbol(k)'],
    ['bytes', { body: new TextEncoder().encode('hush+hush/hush') }, 'body'],
    ['an array in an object', { a: [{ b: 'hush+hush/hush' }] }, 'a.0.b'],
    ['percent-encoding', new Error('https://x/?sig=hush%2Bhush%2Fhush'), 'message'],
    ['base64', new Error(Buffer.from(secrets.key).toString('base64')), 'message'],
    ['what JSON shows', { toJSON: () => 'hush+hush/hush' }, 'JSON'],
  ])('finds it in %s', (_, value, place) => {
    expect(where(value)).toContain(place);
  });

  it('finds it behind a getter of a class, and passes one that throws', () => {
    class Holder {
      get broken(): string {
        throw new Error('no');
      }
      get key(): string {
        return 'hush+hush/hush';
      }
    }
    expect(where(new Holder())).toContain('key');
  });

  it('does not find what is private', () => {
    class Holder {
      readonly #key = 'hush+hush/hush';
      get size(): number {
        return this.#key.length;
      }
    }
    expect(where(new Holder())).toEqual([]);
  });

  it('ends where an object holds itself', () => {
    const loop: Record<string, unknown> = { text: 'hush+hush/hush' };
    loop['self'] = loop;
    const inspected = where(Object.assign(loop, { toJSON: () => '' }));
    expect(inspected).toContain('text');
  });

  it('names the secret and does not show it', () => {
    const leaks = leaksOf(new Error('hush+hush/hush'), secrets);
    expect(JSON.stringify(leaks)).not.toContain('hush+');
    expect(leaks[0]?.secret).toBe('key');
  });

  it('refuses a secret that would be found by chance', () => {
    expect(() => leaksOf({}, { key: 'abc' })).toThrow('too short');
  });
});
