import { html, type Html } from '../../http/html.js';
import { TEST_CARDS } from '../objects/test-cards.js';
import type { Subscription } from '../objects/wire-types.js';
import type { PortalNotice } from '../subscriptions/portal-actions.js';
import { formatMoney } from './money.js';

export interface PortalView {
  readonly path: string;
  readonly returnUrl: string | null;
  readonly customer: string;
  readonly subscriptions: readonly Subscription[];
  readonly nameOf: (productId: string) => string;
  readonly cards: readonly string[];
  readonly submission: string;
  readonly notice: string | null;
  readonly error: string | undefined;
}

const NOTICES: Record<PortalNotice, string> = {
  cancelled: 'Your subscription will not renew.',
  kept: 'Your subscription renews again.',
  undone: 'The scheduled change was undone.',
  card: 'Your card was saved.',
  recovered: 'Thank you. What was due is paid.',
};

const STATES: Partial<Record<Subscription['status'], string>> = {
  on_hold: 'On hold: a payment failed. Enter another card to go on.',
  paused: 'Paused.',
};

export function renderPortal(view: PortalView): Html {
  const notice = view.notice && view.notice in NOTICES ? NOTICES[view.notice as PortalNotice] : undefined;
  return html`<h1>Your subscriptions</h1>
    <p class="soft">${view.customer}</p>
    ${view.error && html`<p class="notice bad" role="alert">${view.error}</p>`}
    ${!view.error && notice && html`<p class="notice" role="status">${notice}</p>`}
    ${view.subscriptions.map((subscription) => renderSubscription(view, subscription))}
    ${view.subscriptions.length === 0 && html`<section><p>You have no subscription.</p></section>`}
    <section>
      <h2>Card</h2>
      <p>${view.cards.length > 0 ? view.cards.join(', ') : 'No card.'}</p>
      ${renderCardForm(`${view.path}/card`, 'Save card', view.submission)}
    </section>
    ${view.returnUrl && html`<p><a href="${view.returnUrl}">Return to the shop</a></p>`}`;
}

/** The form for a card, on the portal and on the page of one subscription. */
export const renderCardForm = (action: string, label: string, submission: string): Html =>
  html`<form method="post" action="${action}">
    <input type="hidden" name="submission" value="${submission}" />
    <label
      >Test card
      <select name="card">
        ${TEST_CARDS.map(({ number, label: meaning }) => html`<option value="${number}">${number} (${meaning})</option>`)}
      </select></label
    >
    <label>Expiry <input type="text" name="expiry" value="12/40" pattern="[0-9]{2}/[0-9]{2}" /></label>
    <button type="submit">${label}</button>
  </form>`;

function renderSubscription(view: PortalView, subscription: Subscription): Html {
  const { scheduled_change: scheduled, cancel_at_next_billing_date: ends } = subscription;
  const date = formatDay(subscription.next_billing_date);
  const amount = formatMoney(subscription.recurring_pre_tax_amount, subscription.currency);
  return html`<section>
    <h2>${view.nameOf(subscription.product_id)}</h2>
    <p>
      ${amount} every
      ${subscription.payment_frequency_count === 1 ? '' : `${subscription.payment_frequency_count} `}${subscription.payment_frequency_interval.toLowerCase()}${subscription.payment_frequency_count === 1 ? '' : 's'}.
      ${STATES[subscription.status] ?? (ends ? `Ends on ${date}.` : `Renews on ${date}.`)}
    </p>
    ${
      scheduled &&
      html`<p>
          Changes to <strong>${view.nameOf(scheduled.product_id)}</strong> on ${formatDay(scheduled.effective_at)}.
        </p>
        ${button(view, 'undo', subscription, "Don't change plan", '')}`
    }
    ${
      ends
        ? button(view, 'keep', subscription, 'Renew subscription', '')
        : button(view, 'cancel', subscription, 'Cancel subscription', 'quiet')
    }
  </section>`;
}

const button = (view: PortalView, action: string, subscription: Subscription, label: string, style: string): Html =>
  html`<form method="post" action="${view.path}/${action}">
    <input type="hidden" name="submission" value="${view.submission}-${action}-${subscription.subscription_id}" />
    <input type="hidden" name="subscription" value="${subscription.subscription_id}" />
    <button type="submit" class="${style}">${label}</button>
  </form>`;

const formatDay = (moment: string): string =>
  new Date(moment).toLocaleDateString('en', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
