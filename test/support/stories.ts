import { Story } from './facts.js';

const HOUR = 3_600;
const DAY = 86_400;

const begun = () =>
  new Story()
    .create()
    .invoice('paid')
    .wait(5 * DAY);

/** The seven scenarios of a subscription's life, each with the events that a provider sends for it, in natural order. */
export const STORIES: Readonly<Record<string, () => Story>> = {
  'scheduled upgrade, paid': () =>
    begun()
      .schedule('sched_1', 'price_pro')
      .switchBySchedule('sched_1', 'price_pro', 'in_2')
      .wait(HOUR)
      .invoice('paid'),
  'scheduled downgrade, paid': () =>
    new Story()
      .create({ priceId: 'price_pro' })
      .invoice('paid')
      .wait(5 * DAY)
      .schedule('sched_1', 'price_basic')
      .switchBySchedule('sched_1', 'price_basic', 'in_2')
      .wait(HOUR)
      .invoice('paid'),
  'downgrade to free': () =>
    begun()
      .schedule('sched_1', 'price_free')
      .switchBySchedule('sched_1', 'price_free', 'in_2')
      .wait(HOUR)
      .invoice('paid'),
  'payment failed, then paid': () =>
    begun()
      .schedule('sched_1', 'price_pro')
      .switchBySchedule('sched_1', 'price_pro', 'in_2')
      .wait(HOUR)
      .invoice('payment_failed')
      .update({ status: 'past_due', providerStatus: 'past_due' })
      .wait(3 * DAY)
      .invoice('paid')
      .update({ status: 'active', providerStatus: 'active' }),
  'payment failed for good': () =>
    begun()
      .schedule('sched_1', 'price_pro')
      .switchBySchedule('sched_1', 'price_pro', 'in_2')
      .wait(HOUR)
      .invoice('payment_failed')
      .update({ status: 'past_due', providerStatus: 'past_due' })
      .wait(3 * DAY)
      .invoice('payment_failed')
      .wait(5 * DAY)
      .invoice('payment_failed')
      .end(),
  'replaced in place, twice': () =>
    begun()
      .schedule('sched_1', 'price_pro')
      .wait(60)
      .reschedule('sched_1', 'price_enterprise')
      .wait(60)
      .reschedule('sched_1', 'price_pro')
      .switchBySchedule('sched_1', 'price_pro', 'in_2')
      .wait(HOUR)
      .invoice('paid'),
  'undone, then scheduled again': () =>
    begun()
      .schedule('sched_1', 'price_pro')
      .wait(60)
      .release('sched_1')
      .wait(60)
      .schedule('sched_2', 'price_enterprise')
      .switchBySchedule('sched_2', 'price_enterprise', 'in_2')
      .wait(HOUR)
      .invoice('paid'),
  'immediate, with an invoice': () =>
    begun().update({ priceId: 'price_pro', latestInvoiceId: 'in_2' }).invoice('paid', 'in_2', []),
  'immediate, without an invoice': () =>
    begun().update({ priceId: 'price_pro' }).renew('in_2').wait(HOUR).invoice('paid'),
  'immediate, payment given up': () =>
    begun()
      .update({ pendingUpdate: { priceId: 'price_pro', expiresAt: 0 } })
      .wait(23 * HOUR)
      .update({ pendingUpdate: null }, 'pending_update_expired'),
  'canceled with a change pending': () => begun().schedule('sched_1', 'price_pro').wait(DAY).end(),
  'plain renewals': () => begun().renew('in_2').wait(HOUR).invoice('paid').renew('in_3').wait(HOUR).invoice('paid'),
  'first payment never came': () =>
    new Story()
      .create({ status: 'incomplete', providerStatus: 'incomplete' })
      .invoice('payment_failed')
      .wait(23 * HOUR)
      .update({ status: 'canceled', providerStatus: 'incomplete_expired', endedAt: 0 }),
};
