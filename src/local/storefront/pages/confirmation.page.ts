import type { Plan, Subscription } from '../clients/api.types.js';
import { formatDate } from '../format.js';
import { html, type Html } from '../html.js';
import type { Visit } from '../shop.js';
import { actionForm } from './parts.js';

/** Asks, in the API's own words, before a pending change is replaced. */
export function replaceConfirmation({ session, texts }: Visit, subscription: Subscription, plan: Plan): Html {
  const pending = subscription.scheduled_plan;
  return html`<section class="card question">
    <h1>${texts.confirm.changeTitle}</h1>
    <p class="lead">${subscription.warning?.message}</p>
    <div class="actions">
      ${actionForm(session, {
        action: '/change-plan',
        fields: { plan_id: plan.id, replacing: pending?.id ?? '' },
        label: texts.confirm.change(plan.name),
        style: 'primary',
      })}
      <a class="button secondary" href="/">${texts.confirm.keep(pending?.name ?? '')}</a>
    </div>
  </section>`;
}

export function cancelConfirmation({ session, language, texts }: Visit, subscription: Subscription): Html {
  const { scheduled_plan: pending, deadline_at: deadline } = subscription;
  return html`<section class="card question">
    <h1>${texts.confirm.cancelTitle}</h1>
    <p class="lead">${texts.confirm.cancelText(formatDate(language, deadline))}</p>
    ${pending && html`<p>${texts.confirm.cancelDropsChange(pending.name)}</p>`}
    <div class="actions">
      ${actionForm(session, { action: '/cancel', label: texts.confirm.cancelYes, style: 'danger' })}
      <a class="button secondary" href="/">${texts.confirm.cancelNo}</a>
    </div>
  </section>`;
}
