import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Prefix and length of the part after it, as Stripe's ids have them. */
const FORMS = {
  customer: ['cus_', 14],
  product: ['prod_', 14],
  price: ['price_1', 23],
  payment_method: ['pm_1', 23],
  subscription: ['sub_1', 23],
  subscription_item: ['si_', 14],
  subscription_schedule: ['sub_sched_1', 23],
  invoice: ['in_1', 23],
  invoice_item: ['ii_1', 23],
  invoice_line: ['il_1', 23],
  invoice_payment: ['inpay_1', 23],
  payment_intent: ['pi_3', 23],
  setup_intent: ['seti_1', 23],
  charge: ['ch_3', 23],
  refund: ['re_3', 23],
  dispute: ['du_1', 23],
  event: ['evt_1', 23],
  request: ['req_', 14],
  portal_configuration: ['bpc_1', 23],
  portal_session: ['bps_1', 23],
  portal_secret: ['test_', 64],
  checkout_session: ['cs_test_a1', 56],
  checkout_item: ['li_1', 23],
  authentication: ['payatt_3', 23],
  movement: ['mov_', 16],
  preview: ['upcoming_in_1', 23],
  secret: ['', 25],
} as const;

export type IdentifierKind = keyof typeof FORMS;

export function randomText(length: number): string {
  let text = '';
  while (text.length < length)
    for (const byte of randomBytes(length)) if (byte < 248 && text.length < length) text += ALPHABET[byte % 62];
  return text;
}

export function newId(kind: IdentifierKind): string {
  const [prefix, length] = FORMS[kind];
  return prefix + randomText(length);
}
