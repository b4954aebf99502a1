import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  CREATED,
  event,
  NEXT_PERIOD_END,
  PERIOD_END,
  PERIOD_START,
  phase,
  schedule,
  type Json,
} from '../../../../test/support/stripe-payloads.js';
import type { ScheduleFact } from '../../domain/facts.js';
import { UnreadablePayloadError } from '../../domain/provider-event.js';
import { normaliseEvent } from './event.js';

const UPDATED = 'subscription_schedule.updated';

const normalise = (object: unknown, previous?: Json, type = UPDATED) =>
  normaliseEvent(bytesOf(event(type, object, {}, previous)));

function factOf(object: unknown, previous?: Json, type = UPDATED): ScheduleFact {
  const normalised = normalise(object, previous, type);
  if (normalised.kind !== 'fact' || normalised.fact.kind !== 'schedule') throw new Error('not a schedule fact');
  return normalised.fact;
}

const CURRENT = { startAt: PERIOD_START, endAt: PERIOD_END, priceId: 'price_pro', quantity: 1 };
const NEXT = { startAt: PERIOD_END, endAt: NEXT_PERIOD_END, priceId: 'price_basic', quantity: 1 };

describe('a schedule payload', () => {
  it('becomes a fact with its phases', () => {
    expect(factOf(schedule())).toEqual({
      kind: 'schedule',
      provider: 'stripe',
      eventId: 'evt_1',
      occurredAt: CREATED,
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
      change: 'updated',
      scheduleId: 'sub_sched_1',
      scheduleStatus: 'active',
      currentPhase: { startAt: PERIOD_START, endAt: PERIOD_END },
      phases: [CURRENT, NEXT],
    });
  });

  it.each(['created', 'updated', 'released', 'completed', 'canceled', 'aborted'])('of %s is that change', (change) => {
    expect(factOf(schedule(), undefined, `subscription_schedule.${change}`).change).toBe(change);
  });

  it('that was released remembers its subscription', () => {
    const released = { subscription: null, released_subscription: 'sub_1', status: 'released', current_phase: null };
    const fact = factOf(schedule({ ...released, phases: [] }), undefined, 'subscription_schedule.released');
    expect(fact).toMatchObject({ subscriptionId: 'sub_1', scheduleStatus: 'released', currentPhase: null, phases: [] });
  });

  it('that has made no subscription yet is nobody’s', () => {
    expect(normalise(schedule({ subscription: null, status: 'not_started' })).kind).toBe('unsupported');
  });

  it('may expand what it names, and leave a phase open', () => {
    const phases = [phase({ id: 'price_pro', deleted: true }, PERIOD_START, null)];
    const expanded = { subscription: { id: 'sub_2' }, customer: { id: 'cus_2' }, phases };
    expect(factOf(schedule(expanded))).toMatchObject({
      subscriptionId: 'sub_2',
      customerId: 'cus_2',
      phases: [{ ...CURRENT, endAt: null }],
    });
  });

  it('tells the phases before when the event does, and leaves out what it cannot read', () => {
    expect(factOf(schedule(), { phases: [phase('price_pro', PERIOD_START, PERIOD_END)] }).previousPhases).toEqual([
      CURRENT,
    ]);
    expect(factOf(schedule(), { phases: [] }).previousPhases).toEqual([]);
    expect(factOf(schedule(), { metadata: {} })).not.toHaveProperty('previousPhases');
    expect(factOf(schedule(), { phases: [{ items: [] }] })).not.toHaveProperty('previousPhases');
  });

  it.each([
    [
      'goes on with the plan of the phase before',
      [{ price: 'price_addon' }, { price: 'price_pro', quantity: 2 }],
      'price_pro',
      2,
    ],
    ['otherwise is the first', [{ price: 'price_basic', quantity: 4 }, { price: 'price_addon' }], 'price_basic', 4],
  ])('of several items in a phase, the one that counts %s', (_name, items, priceId, quantity) => {
    const phases = [phase('price_pro', PERIOD_START, PERIOD_END), { ...phase('', PERIOD_END, null), items }];
    expect(factOf(schedule({ phases })).phases[1]).toMatchObject({ priceId, quantity });
  });

  it.each([
    ['no phases', { phases: undefined }],
    ['a phase without items', { phases: [phase('p', PERIOD_START, PERIOD_END, { items: [] })] }],
    ['a phase without a start', { phases: [phase('p', PERIOD_START, PERIOD_END, { start_date: null })] }],
    ['a phase without a price', { phases: [phase(null, PERIOD_START, PERIOD_END)] }],
    ['a half current phase', { current_phase: { start_date: PERIOD_START } }],
    ['no status', { status: null }],
  ])('in another shape is to be read from Stripe: %s', (_name, more) => {
    expect(normalise(schedule(more))).toMatchObject({
      kind: 'must_read',
      subscriptionId: 'sub_1',
      customerId: 'cus_1',
    });
  });

  it.each([
    ['no id', { id: null }],
    ['no customer', { customer: null }],
    ['a subscription that is none', { subscription: 7 }],
    ['a price that cannot be stored', { phases: [phase('p\u0000', PERIOD_START, null)] }],
  ])('makes no sense with %s', (_name, more) => {
    expect(() => normalise(schedule(more))).toThrow(UnreadablePayloadError);
  });
});
