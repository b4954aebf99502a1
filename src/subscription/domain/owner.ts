/** Who a provider customer is to us. */
export interface CustomerOwner {
  readonly userId: string;
  readonly groups: readonly { readonly id: string; readonly externalId: string }[];
}

/**
 * A subscription belongs to its customer's user, and to the group that its `metadata.group_id` names, or to the user's only
 * one. When that cannot be told: the sentence why.
 */
export function assignOwner(
  owner: CustomerOwner | undefined,
  groupExternalId: string | null,
): { readonly userId: string; readonly groupId: string } | string {
  if (!owner) return 'its customer is not one of our users.';
  if (groupExternalId !== null) {
    const named = owner.groups.find((group) => group.externalId === groupExternalId);
    if (named) return { userId: owner.userId, groupId: named.id };
    return `its metadata.group_id names ${groupExternalId}, which is no group of its user.`;
  }
  const [only, ...others] = owner.groups;
  if (only && others.length === 0) return { userId: owner.userId, groupId: only.id };
  return `its user belongs to ${owner.groups.length} groups and metadata.group_id names none.`;
}
