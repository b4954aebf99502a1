import type { Offer, OwnedProduct } from '../clients/api.types.js';
import { EXTRAS } from '../extras.js';
import { formatMoney } from '../format.js';
import { html, type Html } from '../html.js';
import type { Shop, Visit } from '../shop.js';
import type { ShopState } from '../state.js';
import { actionForm } from './parts.js';

/** What is paid once. Whoever buys it is led into the upsells that Uplift shows. */
export function extras(shop: Shop, visit: Visit, state: ShopState): Html {
  const { texts } = visit;
  return html`<section aria-labelledby="extras-title">
    <h2 id="extras-title">${texts.extras.title}</h2>
    <p class="lead">${texts.extras.lead}</p>
    <ul class="plans extras">
      ${EXTRAS.map(({ id, lookupKey, productCode, methods }) => {
        const isOwned = owns(state, productCode);
        const label = isOwned ? texts.extras.again : texts.extras.buy;
        const price = state.extraPrices.find((each) => each.lookupKey === lookupKey);
        return (
          price &&
          html`<li class="card plan" data-extra="${id}">
            <h3>${texts.extras.names[id]}</h3>
            <p class="price">
              <strong>${formatMoney(visit.language, price.unitAmount, price.currency)}</strong>
            </p>
            <p>
              ${shop.providers[visit.session.provider].methodsOf(methods).includes('pix') ? texts.extras.pixOrCard : texts.extras.card}
            </p>
            ${isOwned && html`<p>${texts.extras.owned}</p>`}
            ${actionForm(visit.session, {
              action: '/buy',
              fields: { extra: id },
              label,
              spokenLabel: `${label}: ${texts.extras.names[id]}`,
              style: isOwned ? 'secondary' : 'primary',
            })}
          </li>`
        );
      })}
    </ul>
    ${state.offers.length > 0 && crossSells(visit, state)} ${state.products.length > 0 && owned(visit, state.products)}
  </section>`;
}

/** Bought with one click where a card is saved; else at the provider's checkout. */
function crossSells(visit: Visit, state: ShopState): Html {
  const { texts } = visit;
  return html`<h3 class="between">${texts.extras.crossTitle}</h3>
    <p class="lead">${texts.extras.crossLead}</p>
    <ul class="plans extras">
      ${state.offers.map(
        (offer) =>
          html`<li class="card plan" data-offer="${offer.code}">
            <h4>${nameOf(visit, offer.product_code ?? offer.code)}</h4>
            <p class="price">
              <strong>${formatMoney(visit.language, offer.unit_amount ?? 0, offer.currency ?? 'USD')}</strong>
            </p>
            ${owns(state, offer.product_code) ? html`<p>${texts.extras.owned}</p>` : crossSellForm(visit, offer)}
          </li>`,
      )}
    </ul>`;
}

const owns = ({ products }: ShopState, code: string | null | undefined): boolean =>
  products.some((product) => product.product_code === code && product.status === 'granted');

const crossSellForm = (visit: Visit, offer: Offer): Html =>
  actionForm(visit.session, {
    action: '/cross-sell',
    fields: { offer: offer.id },
    label: visit.texts.extras.oneClick,
    spokenLabel: `${visit.texts.extras.oneClick}: ${nameOf(visit, offer.product_code ?? offer.code)}`,
    style: 'primary',
  });

const nameOf = ({ texts }: Visit, code: string): string => texts.extras.products[code] ?? code;

const owned = (visit: Visit, products: readonly OwnedProduct[]): Html =>
  html`<div class="card owned">
    <h3>${visit.texts.extras.yours}</h3>
    <ul class="features">
      ${products.map(
        ({ product_code: code, status }) =>
          html`<li data-product="${code}">
            ${nameOf(visit, code)}
            ${status !== 'granted' && html`<span class="chip past_due">${visit.texts.extras.statuses[status]}</span>`}
          </li>`,
      )}
    </ul>
  </div>`;
