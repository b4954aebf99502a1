import type { HistoryEntry, Subscription } from '../clients/api.types.js';
import { formatDateTime } from '../format.js';
import { html, type Html } from '../html.js';
import type { Visit } from '../shop.js';

const PAYMENT_CHIPS: Readonly<Record<HistoryEntry['payment_status'], string>> = {
  pending: 'pending',
  paid: 'active',
  failed: 'past_due',
  'N/A': 'inactive',
};

/** What is over calls for nobody's attention. */
const paymentChip = (entry: HistoryEntry): string =>
  entry.status === 'inactive' ? 'inactive' : PAYMENT_CHIPS[entry.payment_status];

type ShownStatus = keyof Visit['texts']['history']['statuses'];

const STATUS_CHIPS: Readonly<Record<ShownStatus, string>> = {
  pending: 'pending',
  active: 'active',
  past: 'inactive',
  dropped: 'inactive',
  inactive: 'inactive',
};

/** For a person: of the plans that began, only the newest one of a subscription that has not ended still holds. */
function computeShownStatus(entry: HistoryEntry, { history, status }: Subscription): ShownStatus {
  if (entry.status === 'active') {
    const current = status === 'canceled' ? undefined : history.findLast((other) => other.status === 'active');
    return entry === current ? 'active' : 'past';
  }
  const neverBegan = entry.type === 'change' && entry.status === 'inactive' && entry.payment_status === 'pending';
  return neverBegan ? 'dropped' : entry.status;
}

export function historyTable(visit: Visit, subscription: Subscription): Html {
  const { texts } = visit;
  const names = texts.history;
  return html`<section aria-labelledby="history-title">
    <h2 id="history-title">${names.title}</h2>
    <p class="lead">${names.lead}</p>
    <table class="card history">
      <thead>
        <tr>
          ${[names.when, names.type, names.plan, names.oldPlan, names.status, names.payment].map(
            (name) => html`<th scope="col">${name}</th>`,
          )}
        </tr>
      </thead>
      <tbody>
        ${subscription.history.toReversed().map((entry) => row(visit, entry, computeShownStatus(entry, subscription)))}
      </tbody>
    </table>
  </section>`;
}

function row({ language, texts }: Visit, entry: HistoryEntry, status: ShownStatus): Html {
  const names = texts.history;
  return html`<tr>
    <td data-label="${names.when}">
      <time datetime="${entry.effective_at}">${formatDateTime(language, entry.effective_at)}</time>
    </td>
    <td data-label="${names.type}">${names.types[entry.type]}</td>
    <td data-label="${names.plan}">
      <strong>${entry.plan.name}</strong>
    </td>
    <td data-label="${names.oldPlan}">${entry.old_plan?.name ?? '–'}</td>
    <td data-label="${names.status}"><span class="chip ${STATUS_CHIPS[status]}">${names.statuses[status]}</span></td>
    <td data-label="${names.payment}">
      ${
        status === 'dropped'
          ? '–'
          : html`<span class="chip ${paymentChip(entry)}">${names.payments[entry.payment_status]}</span>`
      }
    </td>
  </tr>`;
}
