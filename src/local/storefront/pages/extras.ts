import type { OwnedProduct } from '../clients/api.types.js';
import { EXTRAS } from '../extras.js';
import { formatMoney } from '../format.js';
import { html, type Html } from '../html.js';
import type { Visit } from '../shop.js';
import type { ShopState } from '../state.js';
import { actionForm } from './parts.js';

/** What is paid once. Whoever buys it is led into the upsells that Uplift shows. */
export function extras(visit: Visit, state: ShopState): Html {
  const { texts } = visit;
  return html`<section aria-labelledby="extras-title">
    <h2 id="extras-title">${texts.extras.title}</h2>
    <p class="lead">${texts.extras.lead}</p>
    <ul class="plans extras">
      ${EXTRAS.map(({ id, lookupKey, methods }) => {
        const price = state.extraPrices.find((each) => each.lookup_key === lookupKey);
        return (
          price &&
          html`<li class="card plan" data-extra="${id}">
            <h3>${texts.extras.names[id]}</h3>
            <p class="price">
              <strong>${formatMoney(visit.language, price.unit_amount, price.currency.toUpperCase())}</strong>
            </p>
            <p>${methods.includes('pix') ? texts.extras.pixOrCard : texts.extras.card}</p>
            ${actionForm(visit.session, {
              action: '/buy',
              fields: { extra: id },
              label: texts.extras.buy,
              spokenLabel: `${texts.extras.buy}: ${texts.extras.names[id]}`,
              style: 'primary',
            })}
          </li>`
        );
      })}
    </ul>
    ${state.products.length > 0 && owned(visit, state.products)}
  </section>`;
}

const owned = ({ texts }: Visit, products: readonly OwnedProduct[]): Html =>
  html`<div class="card owned">
    <h3>${texts.extras.yours}</h3>
    <ul class="features">
      ${products.map(
        ({ product_code: code, status }) =>
          html`<li data-product="${code}">
            ${texts.extras.products[code] ?? code}
            ${status !== 'granted' && html`<span class="chip past_due">${texts.extras.statuses[status]}</span>`}
          </li>`,
      )}
    </ul>
  </div>`;
