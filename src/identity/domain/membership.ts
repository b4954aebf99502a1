export const GROUP_ROLES = ['owner', 'admin', 'member'] as const;
export type GroupRole = (typeof GROUP_ROLES)[number];

export interface GroupMember {
  readonly userExternalId: string;
  readonly role: GroupRole;
}

/** A group without an owner could be managed by nobody. */
export const hasOwner = (members: readonly { readonly role: unknown }[]): boolean =>
  members.some((member) => member.role === 'owner');

/** The wanted members whose user does not exist, in the order given. */
export function findUnknownUsers(
  members: readonly GroupMember[],
  userIdByExternalId: ReadonlyMap<string, string>,
): string[] {
  return members.map((member) => member.userExternalId).filter((externalId) => !userIdByExternalId.has(externalId));
}
