import { CUSTOMERS, groupOf, type Customer } from '../customers.js';
import { html, type Html } from '../html.js';
import type { Visit } from '../shop.js';
import { TEXTS } from '../texts/index.js';
import { providerChoice } from './provider-choice.js';

export function signInPage(visit: Visit): Html {
  const { texts } = visit;
  return html`<section class="welcome">
      <h1>${texts.signIn.title}</h1>
      <p class="lead">${texts.signIn.lead}</p>
    </section>
    ${providerChoice(visit)}
    <section aria-label="${texts.signIn.choose}">
      <ul class="customers">
        ${CUSTOMERS.map((customer) => card(texts, customer))}
      </ul>
    </section>
    <section class="steps">
      <h2>${texts.signIn.stepsTitle}</h2>
      <ol>
        ${texts.signIn.steps.map(
          ([title, text]) =>
            html`<li>
              <strong>${title}</strong>
              <span>${text}</span>
            </li>`,
        )}
      </ol>
    </section>`;
}

const card = (texts: Visit['texts'], customer: Customer): Html =>
  html`<li class="card customer ${customer.role}">
    <span class="avatar" aria-hidden="true">${customer.givenName.charAt(0)}</span>
    <h2>${customer.name}</h2>
    <p>${texts.header.role[customer.role](groupOf(customer).name)}</p>
    <p class="small">
      ${customer.role === 'member' ? texts.signIn.cannotManage : texts.signIn.canManage}
      <span class="dot" aria-hidden="true">·</span>
      <span lang="${customer.language}">${TEXTS[customer.language].languageName}</span>
    </p>
    <form method="post" action="/sign-in">
      <button type="submit" class="button primary" name="customer" value="${customer.id}">
        ${texts.signIn.enter(customer.givenName)}
      </button>
    </form>
  </li>`;
