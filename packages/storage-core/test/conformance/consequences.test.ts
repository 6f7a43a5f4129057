import { describe, expect, it } from 'vitest';
import { consequenceOf, gravestFirst, groupOf } from '../../src/conformance/consequences.ts';
import { conformanceCases } from '../../src/conformance/index.ts';

describe('consequences', () => {
  it('has a sentence for every case', () => {
    const none = conformanceCases.filter(({ id }) => consequenceOf(id) === consequenceOf('no-such-group.x'));
    expect(none.map((one) => one.id)).toEqual([]);
  });

  it('reads the group from the id as the cases have it', () => {
    expect(conformanceCases.filter(({ id, group }) => groupOf(id) !== group)).toEqual([]);
  });

  it('says of two winners that there can be two', () => {
    expect(consequenceOf('cas.create-race')).toBe('two writers can both win');
    expect(consequenceOf('cas.two-instances')).not.toBe(consequenceOf('cas.create-race'));
  });

  it('puts two winners before a missing order, and keeps the order within a group', () => {
    expect(gravestFirst(['list.order', 'cas.b', 'key.case', 'cas.a'])).toEqual([
      'cas.b',
      'cas.a',
      'key.case',
      'list.order',
    ]);
  });
});
