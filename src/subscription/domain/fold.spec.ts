import { describe, expect, it } from 'vitest';
import { DAY, PERIOD, PLANS, START, Story } from '../../../test/support/facts.js';
import { brief, rowsOf } from '../../../test/support/projection.js';
import { STORIES } from '../../../test/support/stories.js';
import { foldFacts } from './fold.js';
import { TRANSITIONS } from './transition.js';

const RENEWAL = START + PERIOD;

describe('scheduled plan change', () => {
  const scheduled = () =>
    new Story()
      .create()
      .invoice('paid')
      .wait(5 * DAY)
      .schedule('sched_1', 'price_pro');

  it('records the pending change', () => {
    const { facts } = scheduled();
    expect(brief(facts)).toEqual(['new basic active paid', 'change pro pending pending']);
    expect(rowsOf(facts)?.subscription).toMatchObject({
      planId: 'basic',
      scheduledPlanId: 'pro',
      scheduledPlanChangeAt: RENEWAL,
      deadlineAt: RENEWAL,
      status: 'active',
    });
    expect(rowsOf(facts)?.history[1]).toMatchObject({ oldPlanId: 'basic', direction: 'upgrade', effectiveAt: RENEWAL });
  });

  it('switches first and is paid an hour later', () => {
    const story = scheduled().switchBySchedule('sched_1', 'price_pro', 'in_2');
    expect(brief(story.facts)).toEqual(['new basic active paid', 'change pro active pending']);
    expect(rowsOf(story.facts)?.subscription).toMatchObject({
      planId: 'pro',
      scheduledPlanId: null,
      scheduledPlanChangeAt: null,
      deadlineAt: RENEWAL + PERIOD,
    });
    expect(brief(story.wait(3600).invoice('paid').facts)).toEqual(['new basic active paid', 'change pro active paid']);
  });

  it('is paid before the switch, as the document has it', () => {
    const { facts } = scheduled()
      .wait(PERIOD - 5 * DAY)
      .invoice('paid', 'in_2', [
        { priceId: 'price_pro', periodStart: RENEWAL, periodEnd: RENEWAL + PERIOD, proration: false },
      ]);
    expect(brief(facts)).toEqual(['new basic active paid', 'change pro pending paid']);
  });

  it("does not take last period's open invoice for the payment of a pending upgrade", () => {
    const { facts } = new Story().create().wait(DAY).schedule('sched_1', 'price_pro').wait(DAY).invoice('paid', 'in_1');
    expect(brief(facts)).toEqual(['new basic active paid', 'change pro pending pending']);
  });

  it('has nothing to pay on a free plan, with or without an invoice', () => {
    const story = new Story()
      .create()
      .invoice('paid')
      .wait(DAY)
      .schedule('s', 'price_free')
      .switchBySchedule('s', 'price_free', 'in_2');
    expect(brief(story.facts)).toEqual(['new basic active paid', 'change free active N/A']);
    expect(brief(story.wait(3600).invoice('paid').facts)).toEqual(['new basic active paid', 'change free active N/A']);
  });

  it('fails, and is past due, until it is paid', () => {
    const story = scheduled().switchBySchedule('sched_1', 'price_pro', 'in_2').wait(3600).invoice('payment_failed');
    expect(brief(story.facts)).toEqual(['new basic active paid', 'change pro active failed']);
    expect(rowsOf(story.facts)?.subscription.status).toBe('past_due');
    story.wait(DAY).invoice('paid');
    expect(brief(story.facts)).toEqual(['new basic active paid', 'change pro active paid']);
    expect(rowsOf(story.facts)?.subscription.status).toBe('active');
  });

  it('ends with the subscription when no try succeeds', () => {
    const { facts } = (STORIES['payment failed for good'] as () => Story)();
    expect(brief(facts)).toEqual(['new basic active paid', 'change pro active failed']);
    expect(rowsOf(facts)?.subscription).toMatchObject({ status: 'canceled', scheduledPlanId: null });
    expect(rowsOf(facts)?.subscription.canceledAt).not.toBeNull();
  });

  it('is replaced by a later one, any number of times', () => {
    const { facts } = scheduled()
      .wait(60)
      .reschedule('sched_1', 'price_enterprise')
      .wait(60)
      .reschedule('sched_1', 'price_pro');
    expect(brief(facts)).toEqual([
      'new basic active paid',
      'change pro inactive pending',
      'change enterprise inactive pending',
      'change pro pending pending',
    ]);
  });

  it('pays only the row that begins, not an equal one that was replaced before', () => {
    const { facts } = (STORIES['replaced in place, twice'] as () => Story)();
    expect(brief(facts)).toEqual([
      'new basic active paid',
      'change pro inactive pending',
      'change enterprise inactive pending',
      'change pro active paid',
    ]);
  });

  it('is undone', () => {
    const { facts } = scheduled().wait(60).release('sched_1');
    expect(brief(facts)).toEqual(['new basic active paid', 'change pro inactive pending']);
    expect(rowsOf(facts)?.subscription).toMatchObject({ scheduledPlanId: null, scheduledPlanChangeAt: null });
  });

  it('is left alone by a release that the subscription does not confirm, and asks the provider', () => {
    const { facts } = scheduled().wait(60).release('sched_1');
    const releaseOnly = facts.filter(
      (fact) => !(fact.kind === 'subscription' && fact.previous.scheduleId === 'sched_1'),
    );
    expect(brief(releaseOnly)).toEqual(['new basic active paid', 'change pro pending pending']);
    expect(foldFacts(null, releaseOnly, PLANS).mustRead).toBe('schedule_unknown');
  });

  it('becomes inactive when the subscription ends first', () => {
    const { facts } = scheduled().wait(DAY).end();
    expect(brief(facts)).toEqual(['new basic active paid', 'change pro inactive pending']);
    expect(rowsOf(facts)?.subscription).toMatchObject({ status: 'canceled', scheduledPlanId: null });
  });
});

describe('immediate plan change', () => {
  const begun = () =>
    new Story()
      .create()
      .invoice('paid')
      .wait(5 * DAY);

  it('waits for the invoice that it made', () => {
    const story = begun().update({ priceId: 'price_pro', latestInvoiceId: 'in_2' });
    expect(brief(story.facts)).toEqual(['new basic active paid', 'change pro active pending']);
    expect(brief(story.invoice('paid', 'in_2', []).facts)).toEqual(['new basic active paid', 'change pro active paid']);
  });

  it('has nothing to pay when it made no invoice', () => {
    expect(brief(begun().update({ priceId: 'price_pro' }).facts)).toEqual([
      'new basic active paid',
      'change pro active N/A',
    ]);
  });

  it('never begins when its payment was given up', () => {
    const { facts } = (STORIES['immediate, payment given up'] as () => Story)();
    expect(brief(facts)).toEqual(['new basic active paid', 'change pro inactive failed']);
  });
});

describe('no plan rides on a period that is not paid', () => {
  const renewedUnpaid = () =>
    new Story()
      .create()
      .invoice('paid')
      .wait(5 * DAY)
      .renew('in_2')
      .wait(600);
  const renewalLines = [
    { priceId: 'price_basic', periodStart: RENEWAL, periodEnd: RENEWAL + PERIOD, proration: false },
  ];

  it('a change without an invoice is as paid as the period that it changed', () => {
    const story = renewedUnpaid().update({ priceId: 'price_pro' });
    const rows = (payment: string) => ['new basic active paid', `renewal basic active ${payment}`];
    expect(brief(story.facts)).toEqual([...rows('pending'), 'change pro active pending']);
    story.wait(3000).invoice('payment_failed', 'in_2', renewalLines);
    expect(brief(story.facts)).toEqual([...rows('failed'), 'change pro active failed']);
    story.wait(DAY).invoice('paid', 'in_2', renewalLines);
    expect(brief(story.facts)).toEqual([...rows('paid'), 'change pro active N/A']);
  });

  it('an invoice for its proration decides, however late it comes', () => {
    const proration = [
      { priceId: 'price_enterprise', periodStart: START + DAY, periodEnd: START + PERIOD, proration: true },
    ];
    const story = new Story().create().invoice('paid').wait(DAY).update({ priceId: 'price_enterprise' });
    expect(brief(story.facts)).toEqual(['new basic active paid', 'change enterprise active N/A']);
    story.wait(600).update({ latestInvoiceId: 'in_2' }).wait(60).invoice('payment_failed', 'in_2', proration);
    expect(brief(story.facts)).toEqual(['new basic active paid', 'change enterprise active failed']);
  });

  it.each(['voided', 'uncollectible'] as const)('an invoice that is %s leaves the status to the provider', (change) => {
    const story = new Story().create().invoice('paid').renew('in_2').wait(3600).invoice('payment_failed');
    story.update({ status: 'past_due', providerStatus: 'past_due' }).wait(DAY);
    story.update({ status: 'active', providerStatus: 'active' }).invoice(change);
    expect(rowsOf(story.facts)?.subscription.status).toBe('active');
    expect(brief(story.facts)).toEqual(['new basic active paid', 'renewal basic active failed']);
  });
});

describe('renewals and beginnings', () => {
  it('writes a row for each period', () => {
    const { facts } = (STORIES['plain renewals'] as () => Story)();
    expect(brief(facts)).toEqual(['new basic active paid', 'renewal basic active paid', 'renewal basic active paid']);
  });

  it('never begins without its first payment', () => {
    const { facts } = (STORIES['first payment never came'] as () => Story)();
    expect(brief(facts)).toEqual(['new basic inactive failed']);
    expect(rowsOf(facts)?.subscription.status).toBe('canceled');
  });

  it('stays canceled whatever comes later, but writes a late payment to its row', () => {
    const { facts } = new Story()
      .create()
      .wait(DAY)
      .end()
      .wait(60)
      .update({ status: 'active' })
      .invoice('paid', 'in_1');
    expect(brief(facts)).toEqual(['new basic active paid']);
    expect(rowsOf(facts)?.subscription.status).toBe('canceled');
  });
});

it('has a rule for every status and fact', () => {
  const facts = Object.keys(TRANSITIONS.active).toSorted();
  expect(facts).toHaveLength(20);
  for (const row of Object.values(TRANSITIONS)) {
    expect(Object.keys(row).toSorted()).toEqual(facts);
    for (const rule of Object.values(row)) expect(typeof rule).toBe('function');
  }
});
