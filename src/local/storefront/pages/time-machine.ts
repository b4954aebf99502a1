import { dateLocale, formatDateTime } from '../format.js';
import { html, type Html } from '../html.js';
import type { Visit } from '../shop.js';
import type { ShopState } from '../state.js';
import { region } from './parts.js';

export function timeMachine(visit: Visit, { now, subscription }: ShopState): Html {
  const { language, texts } = visit;
  return html`<section class="time" aria-labelledby="time-title">
    <div class="time-now">
      <h2 id="time-title">${texts.time.title}</h2>
      ${
        now
          ? html`<p>
              ${texts.time.now}
              <time datetime="${now.toISOString()}" data-clock data-locale="${dateLocale(language)}"
                >${formatDateTime(language, now.toISOString())}</time
              >
              UTC
            </p>`
          : html`<p>${texts.time.unavailable}</p>`
      }
    </div>
    ${now && region('time', steps(visit, subscription))}
  </section>`;
}

function steps({ session, texts }: Visit, subscription: ShopState['subscription']): Html {
  const runs = subscription && (subscription.status === 'active' || subscription.status === 'past_due');
  const boundary = subscription?.cancel_at ? texts.time.toEnd : texts.time.toRenewal;
  return html`<form class="time-steps" method="post" action="/clock">
    <input type="hidden" name="sequence" value="${session.sequence}" />
    ${step('quarter', texts.time.quarter)} ${step('hour', texts.time.hour)} ${step('day', texts.time.day)}
    ${step('week', texts.time.week)} ${runs && step('renewal', boundary)}
    ${runs && !subscription.cancel_at && step('after-renewal', texts.time.afterRenewal)}
  </form>`;
}

const step = (value: string, label: string): Html =>
  html`<button type="submit" class="button night" name="step" value="${value}">${label}</button>`;
