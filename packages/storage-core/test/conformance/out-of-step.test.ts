import { expect, it } from 'vitest';
import { fallOutOfStep } from '../../src/conformance/out-of-step.ts';
import { SeededRandom } from '../../src/conformance/seeded-random.ts';

async function orderOf(seed: number): Promise<string> {
  const random = new SeededRandom(seed);
  const order: number[] = [];
  await Promise.all([0, 1, 2].map((one) => fallOutOfStep(random).then(() => order.push(one))));
  return order.join('');
}

it('lets calls that begin together come in every order, which the seed decides', async () => {
  const orders = new Set<string>();
  for (let seed = 0; seed < 100; seed++) {
    const order = await orderOf(seed);
    expect(await orderOf(seed)).toBe(order);
    orders.add(order);
  }
  expect([...orders].sort()).toEqual(['012', '021', '102', '120', '201', '210']);
});
