import type { WebhookEvent } from '../clients/api.types.js';
import type { RecordedCall } from '../clients/call.js';
import { formatDateTime } from '../format.js';
import { html, type Html } from '../html.js';
import type { Shop, Visit } from '../shop.js';
import type { ShopState } from '../state.js';
import { region } from './parts.js';

/** For a developer: the calls behind the page, and the events behind its state. */
export function behindTheScenes(shop: Shop, visit: Visit, state: ShopState): Html {
  const texts = visit.texts.behind;
  return html`<aside class="behind" aria-labelledby="behind-title">
    <details class="fold" open data-fold>
      <summary><h2 id="behind-title">${texts.title}</h2></summary>
      <div class="behind-parts">${parts(shop, visit, state)}</div>
    </details>
  </aside>`;
}

function parts(shop: Shop, visit: Visit, state: ShopState): Html {
  const texts = visit.texts.behind;
  return html`<p>${texts.lead}</p>
    <h3>${texts.lastAction}</h3>
    ${
      visit.session.calls.length === 0
        ? html`<p class="small">${texts.noAction}</p>`
        : html`<ol class="calls">
            ${visit.session.calls.map((call) => callItem(visit, call, true))}
          </ol>`
    }
    <h3>${texts.events}</h3>
    <p class="small">${texts.eventsLead}</p>
    ${region('events', events(visit, state.events))}
    <h3>${texts.state}</h3>
    ${region(
      'calls',
      html`<ol class="calls">
        ${state.calls.map((call) => callItem(visit, call, false))}
      </ol>`,
    )}
    <h3>${texts.links}</h3>
    <ul class="links">
      ${[
        [`${shop.uplift.url}/docs`, texts.swagger],
        [`${shop.uplift.url}/openapi.json`, texts.openapi],
        [shop.sandbox.url, texts.sandbox],
        [`${shop.sandbox.url}/pix`, texts.bank],
        [`${shop.sandbox.url}/sandbox/ledger`, texts.ledger],
        [`${shop.sandbox.url}/sandbox/deliveries`, texts.deliveries],
      ].map(([address, label]) => html`<li><a href="${address}">${label}</a></li>`)}
    </ul>`;
}

/** Only of an action it is told how long it took: a part that refreshes itself must not change by that alone. */
function callItem({ texts }: Visit, call: RecordedCall, isAction: boolean): Html {
  const failed = call.status === null || call.status >= 400;
  return html`<li class="call">
    <p class="call-line">
      <span class="method ${call.method.toLowerCase()}">${call.method}</span>
      <code>${breakable(call.path)}</code>
    </p>
    <p class="call-line small">
      <strong class="${failed ? 'bad' : 'good'}">${call.status ?? texts.behind.noAnswer}</strong>
      ${isAction && html`<span>${call.milliseconds} ms</span>`}
      <span>${call.actor}</span>
    </p>
    ${call.requestBody !== undefined && bodyOf(texts.behind.request, call.requestBody, false)}
    ${call.responseBody !== undefined && bodyOf(texts.behind.response, call.responseBody, failed && isAction)}
  </li>`;
}

/** A long path breaks where it reads best. */
const breakable = (path: string): Html => html`${path.split(/(?<=[/?])/).map((part) => html`<wbr />${part}`)}`;

const bodyOf = (label: string, body: unknown, open: boolean): Html =>
  html`<details ${open ? html`open` : ''}>
    <summary>${label}</summary>
    <pre tabindex="0">${typeof body === 'string' ? body : JSON.stringify(body, null, 2)}</pre>
  </details>`;

/** Of a kind that Uplift does not act on, or of one that told nothing new. */
const isNotNeeded = ({ outcome }: WebhookEvent): boolean =>
  outcome === 'unsupported' || outcome?.startsWith('ignored:') === true;

function events(visit: Visit, list: readonly WebhookEvent[] | undefined): Html {
  const texts = visit.texts.behind;
  if (!list) return html`<p class="small">${texts.eventsHidden}</p>`;
  if (list.length === 0) return html`<p class="small">${texts.noEvents}</p>`;
  const notNeeded = list.filter(isNotNeeded);
  return html`<ol class="events">
      ${list.filter((event) => !isNotNeeded(event)).map((event) => eventItem(visit, event))}
    </ol>
    ${
      notNeeded.length > 0 &&
      html`<details>
        <summary>${texts.notNeededCount(notNeeded.length)}</summary>
        <p class="small">${texts.notNeeded}</p>
        <ol class="events">
          ${notNeeded.map((event) => eventItem(visit, event))}
        </ol>
      </details>`
    }`;
}

function eventItem({ language, texts }: Visit, event: WebhookEvent): Html {
  const { outcomes, notNeeded } = texts.behind;
  const outcome = isNotNeeded(event) ? 'unsupported' : (event.outcome ?? event.status);
  return html`<li>
    <code>${event.event_type}</code>
    <span class="small">
      ${
        event.occurred_at &&
        html`<time datetime="${event.occurred_at}">${formatDateTime(language, event.occurred_at)}</time>`
      }
      <strong class="${outcomeClass(event)}" ${isNotNeeded(event) ? html`title="${notNeeded}"` : ''}
        >${(outcomes as Readonly<Record<string, string>>)[outcome] ?? outcome}</strong
      >
    </span>
    ${event.error && html`<span class="small bad">${event.error}</span>`}
  </li>`;
}

/** An event that changed nothing is no failure, but not the one to look for either. */
function outcomeClass({ status, outcome }: WebhookEvent): string {
  if (status === 'failed') return 'bad';
  return outcome === 'applied' ? 'good' : 'plain';
}
