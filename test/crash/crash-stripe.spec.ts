import { AFTERCARE_PATHS } from './aftercare-paths.js';
import { describeMatrix } from './crash-matrix.js';
import { JOB_PATHS } from './job-paths.js';
import { OTHER_SALES_PATHS } from './other-sales-paths.js';
import { PLAN_PATHS } from './plan-paths.js';
import { FUNNEL_PATHS, openShop } from './sales-paths.js';

describeMatrix({
  provider: 'stripe',
  paths: [...FUNNEL_PATHS, ...OTHER_SALES_PATHS, ...PLAN_PATHS, ...JOB_PATHS, ...AFTERCARE_PATHS],
  share: { cards: 3, faults: 6, deaths: 1 },
  recorded: {
    'one click in a funnel': [4, 'POST /v1/payment_intents'],
    'the standard checkout in a funnel': [4, 'POST /v1/checkout/sessions'],
    'the standard checkout after a decline': [4, 'POST /v1/checkout/sessions'],
    'Pix in a funnel': [4, 'POST /v1/payment_intents'],
    'a plan that starts in a funnel': [4, 'POST /v1/subscriptions'],
    'an upgrade of a plan in a funnel': [4, 'POST /v1/subscriptions/*'],
    'a cross-sell by one click': [4, 'POST /v1/payment_intents'],
    'a cross-sell by checkout': [4, 'POST /v1/checkout/sessions'],
    'a refund of a line': [6, 'POST /v1/refunds'],
    'a refund of a part': [6, 'POST /v1/refunds'],
    'a switch at once from basic to pro, prorated_immediately': [5, 'POST /v1/subscriptions/*'],
    'a switch at once from basic to pro, difference_immediately': [5, 'POST /v1/subscriptions/*'],
    'a switch at once from basic to pro, full_immediately': [5, 'POST /v1/subscriptions/*'],
    'a switch at once from basic to pro, do_not_bill': [5, 'POST /v1/subscriptions/*'],
    'a switch at once from pro to starter, difference_immediately': [5, 'POST /v1/subscriptions/*'],
    'a switch at once in place of a scheduled change': [
      6,
      'POST /v1/subscription_schedules/*/release',
      'POST /v1/subscriptions/*',
    ],
    'a scheduled upgrade': [6, 'POST /v1/subscription_schedules', 'POST /v1/subscription_schedules/*'],
    'a scheduled change that replaces another': [5, 'POST /v1/subscription_schedules/*'],
    'a scheduled change that is undone': [5, 'POST /v1/subscription_schedules/*/release'],
    'a cancellation': [5, 'POST /v1/subscriptions/*'],
    'a cancellation that takes a scheduled change back': [
      6,
      'POST /v1/subscription_schedules/*/release',
      'POST /v1/subscriptions/*',
    ],
    'a cancellation that is taken back': [5, 'POST /v1/subscriptions/*'],
    'the start of a subscription': [3, 'POST /v1/customers', 'POST /v1/checkout/sessions'],
    'charging.resolve of one click in a funnel, whose call was lost': [1],
    'charging.resolve of one click in a funnel, whose call was dropped': [2],
    'charging.resolve of the standard checkout in a funnel, whose call was lost': [1],
    'charging.resolve of a plan that starts in a funnel, whose call was lost': [1],
    'charging.resolve of a switch at once from basic to pro, prorated_immediately, whose call was lost': [1],
    'charging.resolve of a switch at once from basic to pro, prorated_immediately, whose call was dropped': [2],
    'charging.resolve of a refund of a line, whose call was lost': [1],
    'subscription.resume-request of a scheduled upgrade, whose call was lost': [5, 'POST /v1/subscription_schedules/*'],
    'subscription.resume-request of a scheduled upgrade, whose call was dropped': [
      6,
      'POST /v1/subscription_schedules',
      'POST /v1/subscription_schedules/*',
    ],
    'the refund of a payment that came too late': [4, 'POST /v1/refunds'],
    'the inbox, with the events of one click in a funnel': [5],
    'the inbox, with the events of a plan that starts in a funnel': [5],
    'the inbox, with the events of a switch at once from basic to pro, prorated_immediately': [5],
    'the inbox, with the events of a refund of a line': [5],
    'the refund of what a switch has taken too much': [4, 'POST /v1/refunds'],
    'the return of a scheduled change that a lost switch was to replace': [
      7,
      'POST /v1/subscription_schedules',
      'POST /v1/subscription_schedules/*',
    ],
    'the closing of a payment that was declined': [1, 'POST /v1/payment_intents/*/cancel'],
  },
  prepare: openShop,
});
