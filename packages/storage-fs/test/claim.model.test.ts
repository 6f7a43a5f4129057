import { describe, expect, test } from 'vitest';
import { explore, type Scenario } from './explore.ts';
import * as faults from './faults.ts';

/** Names a world, so that a report says what was gone through. */
function nameOf({ roles, object, crashes, ticks = 0 }: Scenario): string {
  return `${roles.join(' + ')}, object ${object}, ${crashes} killed, ${ticks} ticks of the clock`;
}

/** A world, and the least number of states that it must have: fewer would mean that the explorer leaves some out. */
const worlds: readonly (readonly [Scenario, states: number])[] = [
  [{ roles: ['update', 'update', 'update'], object: 'present', crashes: 2 }, 180_000],
  [{ roles: ['update', 'overwrite', 'remove'], object: 'present', crashes: 1 }, 130_000],
  [{ roles: ['update', 'update', 'remove'], object: 'present', crashes: 1 }, 60_000],
  [{ roles: ['overwrite', 'overwrite', 'update'], object: 'present', crashes: 0 }, 220_000],
  [{ roles: ['remove', 'remove', 'update'], object: 'present', crashes: 1 }, 35_000],
  [{ roles: ['update', 'remove', 'create'], object: 'present', crashes: 1 }, 9_000],
  [{ roles: ['overwrite', 'remove', 'create'], object: 'present', crashes: 1 }, 12_000],
  [{ roles: ['create', 'create', 'create'], object: 'absent', crashes: 2 }, 3_900],
  [{ roles: ['create', 'create', 'remove'], object: 'absent', crashes: 1 }, 1_300],
  [{ roles: ['overwrite', 'overwrite', 'create'], object: 'absent', crashes: 0 }, 5_000],
  [{ roles: ['update', 'remove', 'create'], object: 'present', crashes: 0, ticks: 1 }, 16_000],
  [{ roles: ['overwrite', 'remove', 'create'], object: 'present', crashes: 0, ticks: 1 }, 21_000],
  [{ roles: ['update', 'remove', 'sweep'], object: 'present', crashes: 1, ticks: 1 }, 55_000],
  [{ roles: ['overwrite', 'create', 'sweep'], object: 'absent', crashes: 1, ticks: 1 }, 11_000],
];

describe('the claims hold in every order of the calls', () => {
  test.each(worlds.map(([scenario, states]) => [nameOf(scenario), states, scenario] as const))(
    '%s: at least %i states',
    (_, states, scenario) => {
      const found = explore(scenario);
      expect(found.violation).toBeUndefined();
      expect(found.states).toBeGreaterThan(states);
      expect(found.ends).toBeGreaterThan(0);
    },
  );

  test('also where a network loses the answers to calls that were carried out', () => {
    const roles = ['update', 'overwrite', 'remove'] as const;
    const found = explore({ roles, object: 'present', crashes: 0, fault: faults.losingAnswers });
    expect(found.violation).toBeUndefined();
    expect(found.states).toBeGreaterThan(60_000);
  });
});

const updates = ['update', 'update', 'update'] as const;
const mixed = ['update', 'remove', 'create'] as const;
const creates = ['create', 'create', 'create'] as const;

describe('the explorer finds what is wrong with', () => {
  test.each<readonly [string, Omit<Scenario, 'object'>, string]>([
    ['no claims', { roles: updates, crashes: 0, fault: faults.withoutClaims }, 'an update is lost'],
    ['no claims to remove', { roles: mixed, crashes: 0, fault: faults.withoutClaimsToRemove }, 'an update is lost'],
    ['no version check', { roles: updates, crashes: 0, fault: faults.withoutVersionCheck }, 'an update is lost'],
    ['no helping', { roles: updates, crashes: 1, fault: faults.withoutHelping }, 'a newcomer is stuck'],
    [
      'deciding by the version',
      { roles: updates, crashes: 0, fault: faults.decidingByVersion },
      'what was applied is refused',
    ],
    ['freeing inodes at once', { roles: mixed, crashes: 0, fault: faults.withoutHeldInodes }, 'a version comes again'],
    ['replacing in two steps', { roles: updates, crashes: 0, fault: faults.replacingInTwoSteps }, 'an object is lost'],
    [
      'publishing too early',
      { roles: updates, crashes: 0, fault: faults.publishingTooEarly },
      'a reader sees a part of an object',
    ],
    [
      'using a claim again',
      { roles: ['update', 'update', 'remove'], crashes: 1, fault: faults.reusingClaims },
      'an update is refused for nothing',
    ],
    ['burying the living', { roles: mixed, crashes: 0, fault: faults.buryingTheLiving }, 'an update is lost'],
    [
      'sweeping the living',
      { roles: ['update', 'overwrite', 'sweep'], crashes: 0, ticks: 1, fault: faults.buryingTheLiving },
      'a file is gone that link needs',
    ],
  ])('%s', (_, scenario, violation) => {
    const found = explore({ ...scenario, object: 'present' });
    expect(found.violation).toContain(violation);
    expect(found.trace.length).toBeGreaterThan(0);
  });

  test('creating by a rename', () => {
    const found = explore({ roles: creates, object: 'absent', crashes: 0, fault: faults.creatingByRename });
    expect(found.violation).toContain('a create replaces an object');
  });
});
