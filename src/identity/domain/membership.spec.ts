import { describe, expect, test } from 'vitest';
import { findUnknownUsers, hasOwner, type GroupMember } from './membership.js';

describe('hasOwner', () => {
  test.each([
    [[], false],
    [['admin', 'member'], false],
    [['member', 'owner'], true],
    [['owner', 'owner'], true],
    [['Owner'], false],
    [[undefined], false],
  ])('%j: %p', (roles, expected) => {
    expect(hasOwner(roles.map((role) => ({ role })))).toBe(expected);
  });
});

test('findUnknownUsers names those without an id, in the order given', () => {
  const members = ['chi', 'ana', 'bao'].map((userExternalId): GroupMember => ({ userExternalId, role: 'member' }));
  expect(findUnknownUsers(members, new Map([['ana', '1']]))).toEqual(['chi', 'bao']);
  expect(findUnknownUsers(members, new Map(members.map((member) => [member.userExternalId, '1'])))).toEqual([]);
});
