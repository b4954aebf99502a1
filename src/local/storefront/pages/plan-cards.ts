import type { Plan, Price, Subscription } from '../clients/api.types.js';
import { formatDate } from '../format.js';
import { html, type Html } from '../html.js';
import type { Customer } from '../customers.js';
import { providerName } from '../providers.js';
import type { Shop, Visit } from '../shop.js';
import type { ShopState } from '../state.js';
import { actionForm, priceOf, priceText } from './parts.js';

export function planCards(shop: Shop, visit: Visit, customer: Customer, { plans, subscription }: ShopState): Html {
  const { texts } = visit;
  const living = isLiving(subscription) ? subscription : undefined;
  return html`<section aria-labelledby="plans-title">
    <h2 id="plans-title">${living ? texts.plans.title : texts.plans.titleNew}</h2>
    <p class="lead">${leadOf(visit, living)}</p>
    ${
      plans.length === 0
        ? html`<p class="box">${texts.plans.empty}</p>`
        : html`<ul class="plans">
            ${plans.map((plan) => card(visit, living, plan))}
          </ul>`
    }
    ${notSold(visit, living, plans)} ${living?.can_manage && usageForm(visit, shop.boards.get(customer.group))}
  </section>`;
}

/** Not every provider sells every plan: Dodo Payments sells no subscription for nothing. */
function notSold({ session, texts }: Visit, living: Subscription | undefined, plans: readonly Plan[]): Html | false {
  const provider = living?.provider ?? session.provider;
  const names = plans.filter(({ prices }) => !priceOf(prices, provider)).map(({ name }) => name);
  return (
    names.length > 0 && html`<p class="small">${texts.plans.notSold(names.join(', '), providerName(provider))}</p>`
  );
}

/** What a plan's limits are held against, when somebody wants a smaller one. */
const usageForm = ({ session, texts }: Visit, boards: number | undefined): Html =>
  html`<form class="usage" method="post" action="/usage">
    <input type="hidden" name="sequence" value="${session.sequence}" />
    <label
      >${texts.usage.boards}
      <input type="number" name="boards" min="0" max="999" required value="${boards ?? ''}" inputmode="numeric" />
    </label>
    <button type="submit" class="button secondary">${texts.usage.report}</button>
    <p class="small">${texts.usage.lead}</p>
  </form>`;

const isLiving = (subscription: Subscription | undefined): boolean =>
  subscription?.status === 'active' || subscription?.status === 'past_due';

function leadOf({ texts }: Visit, living: Subscription | undefined): string {
  if (!living) return texts.plans.leadNew;
  return living.cancel_at ? texts.plans.leadCanceling : texts.plans.lead;
}

function card(visit: Visit, living: Subscription | undefined, plan: Plan): Html | undefined {
  const price = priceOf(plan.prices, living?.provider ?? visit.session.provider);
  if (!price) return undefined;
  const isCurrent = living?.plan.id === plan.id;
  const isNext = living?.scheduled_plan?.id === plan.id;
  return html`<li class="card plan ${isCurrent ? 'current' : ''} ${isNext ? 'next' : ''}" data-plan="${plan.code}">
    <h3>${plan.name}</h3>
    ${isCurrent && html`<span class="chip active">${visit.texts.plans.current}</span>`}
    ${isNext && html`<span class="chip pending">${startOf(visit, living)}</span>`}
    <p class="price">${priceText(visit, price)}</p>
    ${plan.description && html`<p>${plan.description}</p>`}
    <ul class="features">
      ${plan.features.map((feature) => html`<li>${feature}</li>`)}
    </ul>
    ${!isCurrent && !isNext && !living?.cancel_at && buttons(visit, living, plan, price)}
  </li>`;
}

const startOf = ({ language, texts }: Visit, living: Subscription): string =>
  texts.plans.scheduled(living.scheduled_plan_change_at ? formatDate(language, living.scheduled_plan_change_at) : '');

function buttons({ session, texts }: Visit, living: Subscription | undefined, plan: Plan, price: Price): Html {
  const fields = { plan_id: plan.id };
  if (!living) {
    return actionForm(session, {
      action: '/subscribe',
      fields,
      label: texts.plans.subscribe(plan.name),
      style: 'primary',
    });
  }
  const isUpgrade = price.unit_amount > living.price.unit_amount;
  const atRenewal = isUpgrade ? texts.plans.upgrade : texts.plans.downgrade;
  return html`<div class="plan-actions">
    ${actionForm(session, {
      action: '/change-now',
      fields,
      label: texts.plans.now,
      spokenLabel: `${texts.plans.now}: ${plan.name}`,
      style: isUpgrade ? 'primary' : 'secondary',
    })}
    ${actionForm(session, {
      action: '/change-plan',
      fields,
      label: atRenewal,
      spokenLabel: `${atRenewal}: ${plan.name}`,
      style: 'secondary',
    })}
  </div>`;
}
