import { describe, expect, it } from 'vitest';
import type { MoneyFact, ProviderEvent, ProviderFact } from '../../billing-providers/index.js';
import { paymentIdOf, subscriptionIdOf, toDispatch } from './dispatch.js';

const head = { provider: 'stripe', eventId: 'evt_1', eventType: 'invoice.paid', occurredAt: 1_767_225_600 } as const;
const fact = { kind: 'invoice', subscriptionId: 'sub_1' } as ProviderFact;

describe('toDispatch', () => {
  it('sends a fact to its subscription', () => {
    const dispatch = toDispatch({ ...head, kind: 'fact', fact });
    expect(dispatch).toEqual({ to: 'subscription', fact });
    expect(subscriptionIdOf(dispatch)).toBe('sub_1');
  });

  it('has a subscription fetched that the payload does not describe', () => {
    const event: ProviderEvent = {
      ...head,
      kind: 'must_read',
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
      why: 'two items',
    };
    const dispatch = toDispatch(event);
    expect(dispatch).toEqual({
      to: 'fetch',
      subject: {
        provider: 'stripe',
        subscriptionId: 'sub_1',
        customerId: 'cus_1',
        occurredAt: 1_767_225_600,
        why: 'two items',
      },
    });
    expect(subscriptionIdOf(dispatch)).toBe('sub_1');
  });

  it.each<[MoneyFact['kind'], object, string]>([
    ['payment', { paymentId: 'pi_1' }, 'pi_1'],
    ['refund', { paymentId: 'pi_1' }, 'pi_1'],
    ['dispute', { paymentId: 'pi_1' }, 'pi_1'],
    ['checkout', { paymentId: 'pi_1', checkoutId: 'cs_1' }, 'pi_1'],
    ['checkout', { paymentId: null, checkoutId: 'cs_1' }, 'cs_1'],
  ])('sends a %s to the upsell, named by %j', (kind, ids, named) => {
    const money = { kind, ...ids } as MoneyFact;
    const dispatch = toDispatch({ ...head, kind: 'money', fact: money });
    expect(dispatch).toEqual({ to: 'upsell', fact: money });
    expect(paymentIdOf(dispatch)).toBe(named);
    expect(subscriptionIdOf(dispatch)).toBeUndefined();
  });

  it('settles what nobody acts on', () => {
    const dispatch = toDispatch({ ...head, kind: 'unsupported' });
    expect(dispatch).toEqual({
      to: 'nobody',
      settlement: { status: 'completed', outcome: 'unsupported', waitingFor: null },
    });
    expect(subscriptionIdOf(dispatch)).toBeUndefined();
    expect(paymentIdOf(dispatch)).toBeUndefined();
  });
});
