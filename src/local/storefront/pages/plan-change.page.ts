import { PRORATION_MODES, type PlanQuote } from '../clients/api.types.js';
import { formatDate, formatMoney } from '../format.js';
import { html, type Html, type Part } from '../html.js';
import type { Visit } from '../shop.js';
import { actionForm, methodText } from './parts.js';

/** What a change would cost now, before anybody agrees to it. */
export function planChangePage(visit: Visit, quote: PlanQuote): Html {
  const words = visit.texts.planChange;
  return html`<section class="card question change-now" aria-labelledby="change-title">
    <h1 id="change-title">${words.title(quote.plan.name)}</h1>
    <p class="lead">${words.from(quote.current_plan.name)}</p>
    ${modes(visit, quote)}
    <dl class="facts">${facts(visit, quote)}</dl>
    ${quote.replaces_scheduled_change && html`<p class="box pending">${words.replaces}</p>`} ${limits(visit, quote)}
    ${actions(visit, quote)}
  </section>`;
}

function modes({ session, texts }: Visit, quote: PlanQuote): Html {
  const words = texts.planChange;
  return html`<form class="choice" method="post" action="/change-now">
      <input type="hidden" name="sequence" value="${session.sequence}" />
      <input type="hidden" name="plan_id" value="${quote.plan.id}" />
      <fieldset>
        <legend>${words.howBilled}</legend>
        <div class="segments">
          ${PRORATION_MODES.map(
            (mode) =>
              html`<button type="submit" name="mode" value="${mode}" aria-pressed="${String(mode === quote.mode)}">
                ${words.modes[mode]}
              </button>`,
          )}
        </div>
      </fieldset>
    </form>
    <p class="small">${words.modeNotes[quote.mode]}</p>`;
}

function facts(visit: Visit, quote: PlanQuote): Html {
  const { language, texts } = visit;
  const { charge_now: charge, credit, method, next_billing_at: next } = quote;
  const words = texts.planChange;
  const isCharged = charge.amount > 0;
  return html`${fact(
    words.chargedNow,
    formatMoney(language, charge.amount, charge.currency),
    isCharged && (method ? words.toMethod(methodText(method)) : words.toMethodOnFile),
  )}
  ${fact(words.credit, formatMoney(language, credit.amount, credit.currency), credit.amount > 0 && words.creditNote)}
  ${next && fact(words.nextBilling, html`<time datetime="${next}">${formatDate(language, next)}</time>`)}`;
}

const fact = (name: string, value: Part, note?: Part): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value} ${note && html`<small>${note}</small>`}</dd>
  </div>`;

/** What the group uses, and the plan does not allow. */
function limits({ texts }: Visit, { downgrade }: PlanQuote): Html | undefined {
  if (downgrade.reasons.length === 0) return undefined;
  const words = texts.planChange;
  const title = { allow: words.allowedDespite, block: words.blocked, schedule: words.onlyAtRenewal }[
    downgrade.decision
  ];
  return html`<div class="box ${downgrade.decision === 'allow' ? 'pending' : 'alarm'}">
    <div>
      <p class="box-title">${title}</p>
      <ul class="reasons">
        ${downgrade.reasons.map(({ message }) => html`<li>${message}</li>`)}
      </ul>
    </div>
  </div>`;
}

function actions({ session, language, texts }: Visit, quote: PlanQuote): Html {
  const { charge_now: charge, downgrade, plan, quote_id: id } = quote;
  const words = texts.planChange;
  return html`<div class="actions">
    ${
      downgrade.decision === 'allow' &&
      actionForm(session, {
        action: '/change-now/confirm',
        fields: { quote_id: id },
        label:
          charge.amount > 0
            ? words.confirmAndPay(formatMoney(language, charge.amount, charge.currency))
            : words.confirm,
        style: 'primary',
      })
    }
    ${
      downgrade.decision !== 'block' &&
      actionForm(session, {
        action: '/change-plan',
        fields: { plan_id: plan.id },
        label: words.atRenewalInstead,
        style: 'secondary',
      })
    }
    <a class="button quiet" href="/">${words.back}</a>
  </div>`;
}
