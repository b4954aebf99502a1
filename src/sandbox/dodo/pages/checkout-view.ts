import { html, type Html } from '../../http/html.js';
import type { Checkout, SavedMethod } from '../objects/records.js';
import { TEST_CARDS } from '../objects/test-cards.js';
import type { Customer } from '../objects/wire-types.js';
import type { PricedCart } from '../payments/carts.js';
import { formatInterval, formatMoney } from './money.js';

export interface CheckoutView {
  readonly checkout: Checkout;
  readonly cart: PricedCart;
  readonly customer: Customer | undefined;
  readonly saved: readonly SavedMethod[];
  readonly error: string | null;
}

export function renderCheckout({ checkout, cart, customer, saved, error }: CheckoutView): Html {
  return html`<h1>Checkout</h1>
    ${error && html`<p class="notice bad" role="alert">${error}</p>`}
    <section>
      <ul class="plain">
        ${cart.items.map(
          ({ product, item }) =>
            html`<li class="row">
              <span>${item.quantity} × ${product.name ?? product.product_id}</span>
              <span class="soft">${formatInterval(product.price)}</span>
            </li>`,
        )}
        <li class="row"><strong>Due now</strong><strong>${formatMoney(cart.amount, cart.currency)}</strong></li>
      </ul>
    </section>
    <form method="post" action="/dodo/session/${checkout.id}">
      ${renderBuyer(checkout, customer)}
      <fieldset>
        <legend>Pay with</legend>
        ${saved.map(({ id, item }) => choice(id, `your card ending in ${item.card?.last4_digits ?? ''}`, false))}
        ${TEST_CARDS.map(({ number, label }, index) => choice(number, label, index === 0))}
        ${choice('wallet', 'Apple Pay, which is there only while you are', false)}
      </fieldset>
      <label>Expiry of a card <input type="text" name="expiry" value="12/40" pattern="[0-9]{2}/[0-9]{2}" /></label>
      <button type="submit">${cart.kind === 'subscription' ? 'Subscribe' : 'Pay'}</button>
    </form>
    ${checkout.cancelUrl && html`<p><a href="${checkout.cancelUrl}">Back to the shop</a></p>`}`;
}

const renderBuyer = ({ newCustomer, billing }: Checkout, customer: Customer | undefined): Html =>
  html`<label
      >Email
      <input
        type="email"
        name="email"
        autocomplete="email"
        value="${customer?.email ?? newCustomer?.email}"
        ${customer && html`readonly`}
        required
    /></label>
    <label
      >Name <input type="text" name="name" autocomplete="name" value="${customer?.name ?? newCustomer?.name}"
    /></label>
    <label
      >Country <input type="text" name="country" maxlength="2" value="${billing?.country ?? 'US'}" required
    /></label>
    <label
      >Postal code <input type="text" name="zipcode" autocomplete="postal-code" value="${billing?.zipcode ?? '94102'}"
    /></label>`;

const choice = (value: string, label: string, isFirst: boolean): Html =>
  html`<label class="choice"
    ><input type="radio" name="card" value="${value}" ${isFirst && html`checked`} />
    <span>${/^\d+$/.test(value) && value} <span class="soft">${label}</span></span></label
  >`;
