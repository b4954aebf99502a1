/**
 * The group that a sale is for: the one that is named, if it is one of the user's, else their only one.
 *
 * @returns undefined when it cannot be told: no plan is offered then
 */
export function chooseGroup<Group extends { readonly externalId: string }>(
  groups: readonly Group[],
  named: string | null,
): Group | undefined {
  if (named !== null) return groups.find(({ externalId }) => externalId === named);
  return groups.length === 1 ? groups[0] : undefined;
}
