import { CREATED, list, type Json } from './stripe-payloads.js';

/**
 * Stripe's objects of payments, reduced to what matters, in the shape of API version 2026-10-28.endive (written by hand from
 * docs.stripe.com/api). Amounts are minor units, times seconds since 1970.
 */
export const ATTEMPT = '7f1f8a52-1b5e-4f0e-9d8c-2f6b1c3d4e5f';
export const OFFER = 'b1a7c2d3-0000-4000-8000-000000000001';

export const paymentIntent = (more: Json = {}): Json => ({
  id: 'pi_1',
  object: 'payment_intent',
  customer: 'cus_1',
  status: 'succeeded',
  amount: 4_990,
  amount_received: 4_990,
  currency: 'brl',
  created: CREATED,
  last_payment_error: null,
  latest_charge: 'ch_1',
  next_action: null,
  payment_method: 'pm_1',
  payment_method_types: ['card'],
  metadata: { uplift_attempt: ATTEMPT, offer_uuid: OFFER, group_id: 'team-7' },
  ...more,
});

export const pixAction = (more: Json = {}): Json => ({
  type: 'pix_display_qr_code',
  pix_display_qr_code: {
    data: '00020101021226BR.GOV.BCB.PIX',
    expires_at: CREATED + 3_600,
    hosted_instructions_url: 'https://payments.stripe.test/pix/1',
    image_url_png: 'https://qr.stripe.test/1.png',
    image_url_svg: 'https://qr.stripe.test/1.svg',
    ...more,
  },
});

export const checkoutSession = (more: Json = {}): Json => ({
  id: 'cs_1',
  object: 'checkout.session',
  customer: 'cus_1',
  mode: 'payment',
  status: 'complete',
  payment_status: 'paid',
  payment_intent: 'pi_1',
  invoice: null,
  subscription: null,
  amount_total: 4_990,
  currency: 'brl',
  created: CREATED,
  expires_at: CREATED + 3_600,
  url: null,
  metadata: { uplift_attempt: ATTEMPT, offer_uuid: OFFER, group_id: 'team-7' },
  ...more,
});

export const charge = (more: Json = {}): Json => ({
  id: 'ch_1',
  object: 'charge',
  customer: 'cus_1',
  payment_intent: 'pi_1',
  amount: 4_990,
  amount_refunded: 1_000,
  refunded: false,
  currency: 'brl',
  refunds: list(),
  metadata: {},
  ...more,
});

export const dispute = (more: Json = {}): Json => ({
  id: 'du_1',
  object: 'dispute',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  status: 'needs_response',
  amount: 4_990,
  currency: 'brl',
  reason: 'fraudulent',
  metadata: {},
  ...more,
});
