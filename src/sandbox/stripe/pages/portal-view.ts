import { html, type Html } from '../../http/html.js';
import { TEST_CARDS } from '../objects/test-cards.js';
import type { Price, Subscription } from '../objects/wire-types.js';
import type { PortalNotice } from './portal-actions.js';
import { formatDate, formatPrice } from './money.js';

export interface PortalSubscriptionView {
  readonly subscription: Subscription;
  readonly scheduled: { readonly price: Price; readonly at: number } | undefined;
  readonly choices: readonly Price[];
  readonly canCancel: boolean;
  readonly suggestedPrice: string | undefined;
}

export interface PortalView {
  readonly path: string;
  readonly returnUrl: string | null;
  readonly customer: string;
  readonly nameOf: (price: Price) => string;
  readonly subscriptions: readonly PortalSubscriptionView[];
  readonly canUpdateCard: boolean;
  readonly card: string | undefined;
  readonly submission: string;
  readonly notice: string | null;
  readonly error: string | undefined;
}

const NOTICES: Record<PortalNotice, string> = {
  changed: 'Your plan was changed.',
  scheduled: 'Your plan will change at the end of the period.',
  undone: 'The scheduled change was undone.',
  canceled: 'Your subscription will not renew.',
  renewed: 'Your subscription renews again.',
  card: 'Your card was updated.',
  nothing: 'Nothing had to change.',
};

export function renderPortal(view: PortalView): Html {
  const notice = view.notice && view.notice in NOTICES ? NOTICES[view.notice as PortalNotice] : undefined;
  return html`<h1>Manage your subscription</h1>
    <p class="soft">${view.customer}</p>
    ${view.error && html`<p class="notice bad" role="alert">${view.error}</p>`}
    ${!view.error && notice && html`<p class="notice" role="status">${notice}</p>`}
    ${view.subscriptions.map((subscription) => renderSubscription(view, subscription))}
    ${view.subscriptions.length === 0 && html`<section><p>You have no subscription.</p></section>`}
    ${view.canUpdateCard && renderCards(view)}
    ${view.returnUrl && html`<p><a href="${view.returnUrl}">Return to the shop</a></p>`}`;
}

function renderSubscription(view: PortalView, shown: PortalSubscriptionView): Html {
  const { subscription, scheduled } = shown;
  const item = subscription.items.data[0]!;
  const renewal = formatDate(item.current_period_end);
  return html`<section>
    <h2>${view.nameOf(item.price)}</h2>
    <p>
      ${formatPrice(item.price)}. Status: ${subscription.status}.
      ${subscription.cancel_at === null ? `Renews on ${renewal}.` : `Ends on ${formatDate(subscription.cancel_at)}.`}
    </p>
    ${
      scheduled
        ? html`<p>Changes to <strong>${view.nameOf(scheduled.price)}</strong> on ${formatDate(scheduled.at)}.</p>
            ${form(view, 'undo', subscription.id, html`<button type="submit">Don't change plan</button>`)}`
        : renderChoices(view, shown)
    }
  </section>`;
}

function renderChoices(
  view: PortalView,
  { subscription, choices, canCancel, suggestedPrice }: PortalSubscriptionView,
): Html {
  const current = subscription.items.data[0]!.price.id;
  if (subscription.cancel_at !== null)
    return form(view, 'renew', subscription.id, html`<button type="submit">Renew subscription</button>`);
  return html`<ul class="plain">
      ${choices
        .filter(({ id }) => id !== current)
        .map(
          (price) =>
            html`<li class="row">
              <span>${view.nameOf(price)}<br /><span class="soft">${formatPrice(price)}</span></span>
              ${form(
                view,
                'plan',
                subscription.id,
                html`<input type="hidden" name="price" value="${price.id}" />
                  <button type="submit" class="${price.id === suggestedPrice ? '' : 'quiet'}">
                    Choose ${view.nameOf(price)}
                  </button>`,
              )}
            </li>`,
        )}
    </ul>
    ${canCancel && form(view, 'cancel', subscription.id, html`<button type="submit" class="quiet">Cancel subscription</button>`)}`;
}

const renderCards = (view: PortalView): Html =>
  html`<section>
    <h2>Card</h2>
    <p>${view.card ?? 'No card.'}</p>
    <form method="post" action="${view.path}/card">
      <input type="hidden" name="submission" value="${view.submission}" />
      <label
        >Test card
        <select name="card">
          ${TEST_CARDS.map(({ number, label }) => html`<option value="${number}">${number} (${label})</option>`)}
        </select></label
      >
      <button type="submit">Update card</button>
    </form>
  </section>`;

const form = (view: PortalView, action: string, subscription: string, content: Html): Html =>
  html`<form method="post" action="${view.path}/${action}">
    <input type="hidden" name="submission" value="${view.submission}-${action}-${subscription}" />
    <input type="hidden" name="subscription" value="${subscription}" />
    ${content}
  </form>`;
