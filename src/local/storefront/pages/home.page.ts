import type { Customer } from '../customers.js';
import { html } from '../html.js';
import type { Notice } from '../sessions.js';
import type { Shop, Visit } from '../shop.js';
import { pulseOf, type ShopState } from '../state.js';
import { behindTheScenes } from './behind-the-scenes.js';
import { extras } from './extras.js';
import { historyTable } from './history-table.js';
import { layout } from './layout.js';
import { region } from './parts.js';
import { providerChoice } from './provider-choice.js';
import { planCards } from './plan-cards.js';
import { subscriptionCard } from './subscription-card.js';
import { timeMachine } from './time-machine.js';

export function homePage(
  shop: Shop,
  visit: Visit,
  customer: Customer,
  state: ShopState,
  notice: Notice | undefined,
): string {
  const { subscription, problem } = state;
  const content = html`${
    problem &&
    html`<div class="notice error" role="alert">
      <p>${problem.message}</p>
      <p class="problem"><code>${problem.status} ${problem.code}</code></p>
    </div>`
  }
  ${region('provider', providerChoice(visit, subscription))}
  ${region('subscription', subscriptionCard(visit, customer, state))}
  ${region('plans', planCards(shop, visit, customer, state))} ${region('extras', extras(shop, visit, state))}
  ${region('history', subscription && historyTable(visit, subscription))}`;
  return layout(visit, {
    title: subscription ? subscription.plan.name : visit.texts.subscription.none,
    content,
    top: timeMachine(visit, state),
    aside: behindTheScenes(shop, visit, state),
    notice,
    pulse: pulseOf(state),
  });
}
