/** What the shop sells once, beside plans. The prices are the payment provider's, found by their lookup keys. */
export interface Extra {
  readonly id: 'kit' | 'kitReais';
  readonly lookupKey: string;
  /** What it is at Uplift: `product_code` of an entitlement. */
  readonly productCode: string;
  /** How the shop would like it to be paid; not every provider can. */
  readonly methods: readonly ('card' | 'pix')[];
}

export const EXTRAS: readonly Extra[] = [
  { id: 'kit', lookupKey: 'starter-kit-usd', productCode: 'starter-kit', methods: ['card'] },
  { id: 'kitReais', lookupKey: 'starter-kit-brl', productCode: 'starter-kit', methods: ['card', 'pix'] },
];

/** Offers of Uplift's catalogue that the shop sells beside plans, with one click where a card is saved: their codes there. */
export const CROSS_SELLS = ['workshop-usd', 'icons-usd', 'wall-planner-usd'];

export const findExtra = (id: string): Extra | undefined => EXTRAS.find((extra) => extra.id === id);
