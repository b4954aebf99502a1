import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 21;

/** Prefixes as Dodo's ids have them. */
const PREFIXES = {
  customer: 'cus_',
  product: 'pdt_',
  addon: 'adn_',
  payment_method: 'pm_',
  checkout: 'cks_',
  payment: 'pay_',
  refund: 'ref_',
  dispute: 'dsp_',
  subscription: 'sub_',
  scheduled_change: 'spc_',
  invoice: 'inv_',
  line_item: 'itm_',
  event: 'msg_',
  movement: 'mov_',
  authentication: 'auth_',
  portal: '',
  secret: '',
} as const;

export type IdentifierKind = keyof typeof PREFIXES;

/** The one merchant that the sandbox knows, and its one brand: Dodo gives both the same id. */
export const BUSINESS_ID = 'bus_sandbox00000000000000';

function randomText(length: number): string {
  let text = '';
  while (text.length < length)
    for (const byte of randomBytes(length)) if (byte < 248 && text.length < length) text += ALPHABET[byte % 62];
  return text;
}

export const newId = (kind: IdentifierKind): string => PREFIXES[kind] + randomText(LENGTH);
