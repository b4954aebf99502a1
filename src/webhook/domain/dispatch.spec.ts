import { describe, expect, it } from '@jest/globals';
import type { ProviderEvent, ProviderFact } from '../../billing-providers/index.js';
import { subscriptionIdOf, toDispatch } from './dispatch.js';

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
      kind: 'unreadable',
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

  it('settles what nobody acts on', () => {
    const dispatch = toDispatch({ ...head, kind: 'unsupported' });
    expect(dispatch).toEqual({
      to: 'nobody',
      settlement: { status: 'completed', outcome: 'unsupported', waitingFor: null },
    });
    expect(subscriptionIdOf(dispatch)).toBeUndefined();
  });
});
