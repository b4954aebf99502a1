/** What an amount that is due does to the card and to the credit of a subscription; minor units. */
export interface Settlement {
  /** What the card pays. */
  readonly charge: number;
  /** The change of the credit: negative when credit was used, positive when some was put down (Dodo's `customer_credits`). */
  readonly credits: number;
}

/** No card network moves less; what is charged beyond the amount due is put down as credit. */
const GATEWAY_MINIMUM = 50;

/**
 * Credit pays first, the card the rest. A negative amount is what a downgrade gives back: nothing is charged and all of it
 * is put down. A rest below the gateway's minimum is raised to it, so a positive change does not mean a downgrade.
 */
export function settleAgainstCredit(due: number, credit: number): Settlement {
  if (due <= 0) return { charge: 0, credits: -due || 0 };
  const used = Math.min(credit, due);
  const rest = due - used;
  if (rest === 0) return { charge: 0, credits: -used || 0 };
  const charge = Math.max(rest, GATEWAY_MINIMUM);
  return { charge, credits: charge - rest - used };
}
