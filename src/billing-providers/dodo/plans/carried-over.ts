import type { DodoPayments } from 'dodopayments';

type Addon = DodoPayments.AttachAddon;

/** What a change of plan repeats: Dodo removes the addons that it does not name, and knows no quantity that it is not told. */
export interface CarriedOver {
  readonly quantity: number;
  readonly addons: Addon[];
}

export const toCarriedOver = ({
  quantity,
  addons,
}: Pick<DodoPayments.Subscription, 'quantity' | 'addons'>): CarriedOver => ({
  quantity,
  // A list that Dodo would leave out names none.
  addons: (addons ?? []).map((addon) => ({ addon_id: addon.addon_id, quantity: addon.quantity })),
});

/** Whether both have the same addons, in whatever order. */
export function hasSameAddons(left: readonly Addon[], right: readonly Addon[]): boolean {
  const sorted = (addons: readonly Addon[]) =>
    addons.map(({ addon_id, quantity }) => `${addon_id} ${quantity}`).toSorted();
  const [one, other] = [sorted(left), sorted(right)];
  return one.length === other.length && one.every((addon, index) => addon === other[index]);
}
