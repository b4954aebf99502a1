import type { BilledPrice, Price } from '../clients/api.types.js';
import { formatMoney } from '../format.js';
import { html, type Html, type Part } from '../html.js';
import type { ProviderId } from '../providers.js';
import type { Session } from '../sessions.js';
import type { Visit } from '../shop.js';

/** The first price that a plan has at a provider; undefined where it is not sold there. */
export const priceOf = (prices: readonly Price[], wanted: ProviderId): Price | undefined =>
  prices.find(({ provider }) => provider === wanted);

/** Such as "Visa •••• 4242". */
export const methodText = ({ brand = '', last4 = '' }: { readonly brand?: string; readonly last4?: string }): string =>
  `${brand.charAt(0).toUpperCase()}${brand.slice(1)} •••• ${last4}`;

export function priceText({ language, texts }: Visit, price: BilledPrice): Html {
  const period = texts.plans.per[price.billing_interval](price.interval_count);
  return html`<strong>${formatMoney(language, price.unit_amount, price.currency)}</strong>
    <span class="period">${period}</span>`;
}

interface ActionForm {
  readonly action: string;
  readonly label: Part;
  readonly style?: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** Where several buttons read alike. */
  readonly spokenLabel?: string;
}

/** A button that does something. It carries the number of the session's next action (see `runOnce`). */
export const actionForm = (session: Session, form: ActionForm): Html =>
  html`<form method="post" action="${form.action}">
    <input type="hidden" name="sequence" value="${session.sequence}" />
    ${Object.entries(form.fields ?? {}).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
    )}
    <button
      type="submit"
      class="button ${form.style ?? ''}"
      ${form.spokenLabel ? html`aria-label="${form.spokenLabel}"` : ''}
    >
      ${form.label}
    </button>
  </form>`;

/** A part that the page's script replaces when it has changed. */
export const region = (name: string, content: Part): Html =>
  html`<div class="region" id="region-${name}" data-region>${content}</div>`;
