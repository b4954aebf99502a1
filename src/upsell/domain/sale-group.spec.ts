import { describe, expect, it } from 'vitest';
import { chooseGroup } from './sale-group.js';

describe('chooseGroup', () => {
  const [one, two] = [{ externalId: 'one' }, { externalId: 'two' }];

  it.each([
    ['the one that is named', [one, two], 'two', two],
    ['the only one', [one], null, one],
    ['none of several', [one, two], null, undefined],
    ['none that is not the user’s', [one], 'two', undefined],
    ['none', [], null, undefined],
  ])('chooses %s', (_which, groups, named, expected) => {
    expect(chooseGroup(groups, named)).toBe(expected);
  });
});
