import type { Subscription } from '../clients/api.types.js';
import { groupOf, type Customer } from '../customers.js';
import { computeDaysBetween, formatDate, formatDateTime, formatDays, formatDistance } from '../format.js';
import { html, type Html, type Part } from '../html.js';
import { providerName } from '../providers.js';
import type { Visit } from '../shop.js';
import type { ShopState } from '../state.js';
import { actionForm, priceText } from './parts.js';

const OPEN_REQUEST_STATUSES: readonly string[] = ['intended', 'sent', 'unknown'];

export function subscriptionCard(visit: Visit, customer: Customer, state: ShopState): Html {
  const { texts } = visit;
  const { subscription } = state;
  const group = groupOf(customer).name;
  return html`<section class="card subscription" aria-labelledby="subscription-title">
    <div class="subscription-head">
      <h1 id="subscription-title">${texts.subscription.title(group)}</h1>
      ${
        subscription &&
        html`<span class="chip ${subscription.status}">${texts.subscription.status[subscription.status]}</span>`
      }
    </div>
    ${subscription ? present(visit, state, subscription) : absent(visit)}
  </section>`;
}

const absent = ({ texts }: Visit): Html =>
  html`<p class="plan-name">${texts.subscription.none}</p>
    <p>${texts.subscription.noneLead}</p>`;

function present(visit: Visit, state: ShopState, subscription: Subscription): Html {
  const { texts } = visit;
  return html`<p class="plan-name">
      <span>${subscription.plan.name}</span>
      <span class="price">${priceText(visit, subscription.price)}</span>
    </p>
    <dl class="facts">
      ${periodFact(visit, state, subscription)} ${accessFact(visit, subscription)}
      ${fact(texts.subscription.paidBy, providerName(subscription.provider))}
    </dl>
    ${pendingChange(visit, subscription)} ${situation(visit, subscription)} ${authentication(visit, subscription)}
    ${
      subscription.latest_request &&
      OPEN_REQUEST_STATUSES.includes(subscription.latest_request.status) &&
      html`<p class="box">${texts.subscription.requestOpen}</p>`
    }
    ${!subscription.can_manage && html`<p class="box">${texts.subscription.memberNote}</p>`}
    ${actions(visit, subscription)}`;
}

const note = (text: Part): Part => text && html`<small>${text}</small>`;

const fact = (name: string, value: Part, ...notes: readonly Part[]): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value} ${notes.map(note)}</dd>
  </div>`;

function periodFact({ language, texts }: Visit, { now }: ShopState, subscription: Subscription): Html {
  const { deadline_at: deadline, cancel_at: cancelAt, canceled_at: canceledAt } = subscription;
  const dated = (name: string, iso: string): Html =>
    fact(
      name,
      html`<time datetime="${iso}" title="${formatDateTime(language, iso)} UTC">${formatDate(language, iso)}</time>`,
      now && formatDistance(language, iso, now),
    );
  if (subscription.status === 'canceled') return dated(texts.subscription.ended, canceledAt ?? deadline);
  if (cancelAt) return dated(texts.subscription.ends, cancelAt);
  return dated(subscription.status === 'active' ? texts.subscription.renews : texts.subscription.periodEnds, deadline);
}

function accessFact({ language, texts }: Visit, subscription: Subscription): Html {
  const { entitlement, plan, deadline_at: deadline, cancel_at: cancelAt } = subscription;
  const words = texts.subscription;
  if (!entitlement.entitled || !entitlement.plan || !entitlement.until) {
    return fact(words.access, words.noAccess, words.noAccessReason[entitlement.reason ?? '']);
  }
  const until = formatDate(language, entitlement.until);
  const differs = entitlement.plan.id !== plan.id;
  // Access ends after the period by the grace, or before its end while the period is not paid.
  const daysAfter = computeDaysBetween(deadline, entitlement.until);
  return fact(
    words.access,
    words.accessTo(entitlement.plan.name, until),
    daysAfter > 0 && words.accessGrace(formatDays(language, daysAfter)),
    differs && words.accessDiffers(plan.name, entitlement.plan.name),
    !differs && daysAfter < 0 && !cancelAt && words.accessUnpaid,
  );
}

function pendingChange({ session, language, texts }: Visit, subscription: Subscription): Html | undefined {
  const { scheduled_plan: next, scheduled_plan_change_at: at, plan } = subscription;
  if (!next || !at) return undefined;
  return html`<div class="box pending">
    <div>
      <p class="box-title">${texts.subscription.pending(formatDate(language, at), next.name)}</p>
      <p>${texts.subscription.pendingNote(plan.name)}</p>
    </div>
    ${actionForm(session, { action: '/undo', label: texts.subscription.undo, style: 'secondary' })}
  </div>`;
}

/** A switch at once that waits for its payer at the bank, whose page does not lead back. */
function authentication({ texts }: Visit, { latest_change: change }: Subscription): Html | undefined {
  if (!change?.authentication_url) return undefined;
  const words = texts.subscription;
  return html`<div class="box pending">
    <div>
      <p class="box-title">${words.authenticationTitle}</p>
      <p>${words.authentication}</p>
    </div>
    <a class="button primary" href="${change.authentication_url}" target="_blank" rel="noopener"
      >${words.authenticate}</a
    >
  </div>`;
}

const box = (kind: string, title: string, text: string): Html =>
  html`<div class="box ${kind}">
    <div>
      <p class="box-title">${title}</p>
      <p>${text}</p>
    </div>
  </div>`;

function situation({ language, texts }: Visit, subscription: Subscription): Html | undefined {
  const words = texts.subscription;
  switch (subscription.status) {
    case 'past_due':
      return box('alarm', words.pastDueTitle, words.pastDue);
    case 'incomplete':
      return box('alarm', words.incompleteTitle, words.incomplete);
    case 'canceled': {
      const ended = formatDate(language, subscription.canceled_at ?? subscription.deadline_at);
      return box('plain', words.canceledTitle(ended), words.canceled);
    }
    case 'active':
      if (!subscription.cancel_at) return undefined;
      return box('pending', words.cancelingTitle(formatDate(language, subscription.cancel_at)), words.canceling);
  }
}

function actions({ session, texts }: Visit, { status, provider, cancel_at: cancelAt }: Subscription): Html | undefined {
  if (status === 'canceled' || status === 'incomplete') return undefined;
  const words = texts.subscription;
  const isLate = status === 'past_due';
  return html`<div class="actions">
      ${actionForm(session, {
        action: '/portal',
        label: isLate ? words.portalUpdateCard : words.portal,
        style: isLate ? 'primary' : 'secondary',
      })}
      <a class="button secondary" href="/payment-methods">${words.methods}</a>
      ${
        cancelAt
          ? actionForm(session, { action: '/resume', label: words.resume, style: 'primary' })
          : html`<a class="button quiet" href="/cancel">${words.cancel}</a>`
      }
    </div>
    <p class="small">${words.portalNotes[provider]}</p>`;
}
