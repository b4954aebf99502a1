import { AFTERCARE_PATHS } from './aftercare-paths.js';
import { describeMatrix } from './crash-matrix.js';
import { JOB_PATHS } from './job-paths.js';
import { OTHER_SALES_PATHS } from './other-sales-paths.js';
import { PLAN_PATHS } from './plan-paths.js';
import { FUNNEL_PATHS, openShop } from './sales-paths.js';

describeMatrix({
  provider: 'dodo',
  paths: [...FUNNEL_PATHS, ...OTHER_SALES_PATHS, ...PLAN_PATHS, ...JOB_PATHS, ...AFTERCARE_PATHS],
  share: { cards: 3, faults: 6, deaths: 1 },
  recorded: {
    'one click in a funnel': [4, 'POST /dodo/checkouts'],
    'the standard checkout in a funnel': [4, 'POST /dodo/checkouts'],
    'the standard checkout after a decline': [4, 'POST /dodo/checkouts'],
    'a plan that starts in a funnel': [4, 'POST /dodo/checkouts'],
    'an upgrade of a plan in a funnel': [5, 'PATCH /dodo/subscriptions/*', 'POST /dodo/subscriptions/*/change-plan'],
    'a cross-sell by one click': [4, 'POST /dodo/checkouts'],
    'a cross-sell by checkout': [4, 'POST /dodo/checkouts'],
    'a refund of a line': [6, 'POST /dodo/refunds'],
    'a refund of a part': [6, 'POST /dodo/refunds'],
    'a switch at once from basic to pro, prorated_immediately': [
      6,
      'PATCH /dodo/subscriptions/*',
      'POST /dodo/subscriptions/*/change-plan',
    ],
    'a switch at once from basic to pro, difference_immediately': [
      6,
      'PATCH /dodo/subscriptions/*',
      'POST /dodo/subscriptions/*/change-plan',
    ],
    'a switch at once from basic to pro, full_immediately': [
      6,
      'PATCH /dodo/subscriptions/*',
      'POST /dodo/subscriptions/*/change-plan',
    ],
    'a switch at once from basic to pro, do_not_bill': [
      6,
      'PATCH /dodo/subscriptions/*',
      'POST /dodo/subscriptions/*/change-plan',
    ],
    'a switch at once from pro to starter, difference_immediately': [
      6,
      'PATCH /dodo/subscriptions/*',
      'POST /dodo/subscriptions/*/change-plan',
    ],
    'a switch at once in place of a scheduled change': [
      6,
      'PATCH /dodo/subscriptions/*',
      'POST /dodo/subscriptions/*/change-plan',
    ],
    'a scheduled upgrade': [5, 'POST /dodo/subscriptions/*/change-plan'],
    'a scheduled change that replaces another': [5, 'POST /dodo/subscriptions/*/change-plan'],
    'a scheduled change that is undone': [5, 'DELETE /dodo/subscriptions/*/change-plan/scheduled'],
    'a cancellation': [5, 'PATCH /dodo/subscriptions/*'],
    'a cancellation that takes a scheduled change back': [
      6,
      'DELETE /dodo/subscriptions/*/change-plan/scheduled',
      'PATCH /dodo/subscriptions/*',
    ],
    'a cancellation that is taken back': [5, 'PATCH /dodo/subscriptions/*'],
    'the start of a subscription': [4, 'POST /dodo/customers', 'POST /dodo/checkouts', 'PATCH /dodo/customers/*'],
    'charging.resolve of one click in a funnel, whose call was lost': [1],
    'charging.resolve of one click in a funnel, whose call was dropped': [2],
    'charging.resolve of the standard checkout in a funnel, whose call was lost': [2],
    'charging.resolve of a plan that starts in a funnel, whose call was lost': [1],
    'charging.resolve of a switch at once from basic to pro, prorated_immediately, whose call was lost': [1],
    'charging.resolve of a switch at once from basic to pro, prorated_immediately, whose call was dropped': [2],
    'charging.resolve of a refund of a line, whose call was lost': [1],
    'subscription.resume-request of a scheduled upgrade, whose call was lost': [2],
    'subscription.resume-request of a scheduled upgrade, whose call was dropped': [
      5,
      'POST /dodo/subscriptions/*/change-plan',
    ],
    'the refund of a payment that came too late': [4, 'POST /dodo/refunds'],
    'the inbox, with the events of one click in a funnel': [5],
    'the inbox, with the events of a plan that starts in a funnel': [5],
    'the inbox, with the events of a switch at once from basic to pro, prorated_immediately': [5],
    'the inbox, with the events of a refund of a line': [5],
  },
  prepare: openShop,
});
