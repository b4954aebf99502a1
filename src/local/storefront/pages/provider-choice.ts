import type { Subscription } from '../clients/api.types.js';
import { html, type Html } from '../html.js';
import { providerName, PROVIDERS } from '../providers.js';
import type { Visit } from '../shop.js';

/** Where new purchases are paid. A subscription stays where it was begun, and the page says so. */
export function providerChoice({ session, texts }: Visit, subscription?: Subscription): Html {
  const words = texts.provider;
  return html`<form class="choice provider" method="post" action="/provider">
    <fieldset>
      <legend>${words.title}</legend>
      <div class="segments">
        ${PROVIDERS.map(
          ({ id, name }) =>
            html`<button type="submit" name="provider" value="${id}" aria-pressed="${String(id === session.provider)}">
              ${name}
            </button>`,
        )}
      </div>
    </fieldset>
    <p class="small">
      ${words.chosen(providerName(session.provider))}
      ${
        subscription &&
        subscription.provider !== session.provider &&
        words.subscriptionStays(providerName(subscription.provider))
      }
    </p>
  </form>`;
}
