import { describe, expect, it } from 'vitest';
import type { DodoPayments } from 'dodopayments';
import { findDodoSamples } from '../../../../test/support/dodo-samples.js';
import { dodoBytes } from '../../../../test/support/dodo-payloads.js';
import { toSavedCards } from '../payments/saved-cards.js';
import { normaliseEvent } from './event.js';

type SavedMethods = DodoPayments.CustomerRetrievePaymentMethodsResponse;

const samples = findDodoSamples();
if (!samples) console.warn('Dodo’s sample payloads are left out: they lie in ../shared/specs, or in PROVIDER_SPECS.');
const webhooks = [...(samples ?? [])].filter(([name]) => name.startsWith('wh.'));
const normalise = (name: string) => normaliseEvent(dodoBytes(samples?.get(name)), 'msg_1');

(samples ? describe : describe.skip)('the sample webhooks', () => {
  it('are all read, each as what it is', () => {
    expect(webhooks.length).toBeGreaterThan(20);
    for (const [name] of webhooks) {
      const { kind, eventType } = normalise(name);
      const isOfMoney =
        /^wh\.(payment|dispute|refund\.succeeded)/.test(name) && !name.includes('update_payment_method');
      const isOfSubscription = name.startsWith('wh.subscription');
      expect([name, kind]).toEqual([name, isOfMoney ? 'money' : isOfSubscription ? 'must_read' : 'unsupported']);
      expect(name.startsWith(`wh.${eventType}`)).toBe(true);
    }
  });

  it('tell of a one-time purchase and of a subscription’s', () => {
    expect(normalise('wh.payment.succeeded.upsell')).toMatchObject({
      fact: {
        change: 'succeeded',
        amount: 4_900,
        currency: 'USD',
        priceIds: ['pdt_complete_bundle'],
        methodKind: 'card',
      },
    });
    expect(normalise('wh.payment.succeeded.subscription')).toMatchObject({
      fact: { change: 'succeeded', subscriptionId: 'sub_TESTsubscription0001', priceIds: [], amount: 3_000 },
    });
    expect(normalise('wh.payment.failed.upsell')).toMatchObject({
      fact: { change: 'failed', failure: { code: 'insufficient_funds', providerCode: 'INSUFFICIENT_FUNDS' } },
    });
  });

  it('tell of refunds and disputes', () => {
    expect(normalise('wh.refund.succeeded')).toMatchObject({ fact: { refundedAmount: null, amount: 4_900 } });
    expect(normalise('wh.dispute.lost')).toMatchObject({ fact: { status: 'lost', amount: 4_900 } });
  });
});

(samples ? describe : describe.skip)('the sample of saved methods', () => {
  it('has one card', () => {
    const sample = samples?.get('api.customers.retrievePaymentMethods') as SavedMethods;
    expect(toSavedCards(sample.items)).toMatchObject([
      { last4: '4242', expiryMonth: 6, expiryYear: 2_032, isReusable: true },
    ]);
  });
});
