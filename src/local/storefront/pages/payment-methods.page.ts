import type { PaymentMethod, ProviderMethods } from '../clients/api.types.js';
import { formatExpiry } from '../format.js';
import { html, type Html } from '../html.js';
import { providerName } from '../providers.js';
import type { Visit } from '../shop.js';
import { actionForm, methodText } from './parts.js';

export function paymentMethodsPage(visit: Visit, providers: readonly ProviderMethods[]): Html {
  const words = visit.texts.methods;
  return html`<section class="question-wide" aria-labelledby="methods-title">
    <h1 id="methods-title">${words.title}</h1>
    <p class="lead">${words.lead}</p>
    ${
      providers.length === 0
        ? html`<p class="box">${words.none}</p>`
        : providers.map((provider) => methodsOf(visit, provider))
    }
    <p><a class="button quiet" href="/">${words.back}</a></p>
  </section>`;
}

function methodsOf(visit: Visit, { provider, methods, can_update: canUpdate }: ProviderMethods): Html {
  const { session, texts } = visit;
  const words = texts.methods;
  const name = providerName(provider);
  return html`<section class="card methods" aria-labelledby="methods-${provider}" data-provider="${provider}">
    <h2 id="methods-${provider}">${name}</h2>
    ${
      methods.length === 0
        ? html`<p>${words.noCard}</p>`
        : html`<ul>
            ${methods.map((method) => item(visit, method))}
          </ul>`
    }
    ${
      canUpdate &&
      actionForm(session, {
        action: '/payment-methods/update',
        fields: { provider },
        label: words.update,
        spokenLabel: `${words.update}: ${name}`,
        style: 'secondary',
      })
    }
  </section>`;
}

const item = ({ language, texts }: Visit, method: PaymentMethod): Html =>
  html`<li class="method-item">
    <span>
      <strong>${methodText(method)}</strong>
      <small>${texts.methods.expires(formatExpiry(language, method.expiry_month, method.expiry_year))}</small>
    </span>
    <span class="chip ${method.usable ? 'active' : 'past_due'}"
      >${method.usable ? texts.methods.usable : texts.methods.notUsable}</span
    >
    ${method.reasons.map(({ message }) => html`<p class="small">${message}</p>`)}
  </li>`;
