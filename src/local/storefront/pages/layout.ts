import { groupOf } from '../customers.js';
import { html, type Html } from '../html.js';
import type { Notice } from '../sessions.js';
import type { Visit } from '../shop.js';
import { LANGUAGES, TEXTS } from '../texts/index.js';

export interface Page {
  readonly title: string;
  readonly content: Html;
  /** The demonstration's own instruments, beside the shop. */
  readonly top?: Html;
  readonly aside?: Html;
  readonly notice?: Notice;
  /** Of what the page shows; a page without one does not refresh itself. */
  readonly pulse?: string;
}

export function layout(visit: Visit, page: Page): string {
  const { language, texts } = visit;
  const failed = page.notice?.kind === 'error' ? `${texts.errors.title}: ` : '';
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light" />
        <title>${failed}${page.title} · Orchard</title>
        <link rel="icon" href="/assets/logo.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/storefront.css" />
        <script src="/assets/storefront.js" defer></script>
      </head>
      <body data-working="${texts.working}" ${page.pulse !== undefined && html`data-pulse="${page.pulse}"`}>
        <a class="skip" href="#content">${texts.shop.skip}</a>
        ${header(visit)} ${page.top}
        <div class="${page.aside ? 'columns' : 'single'}">
          <main id="content" tabindex="-1">${page.notice && noticeBox(page.notice)} ${page.content}</main>
          ${page.aside}
        </div>
        <footer class="footer">${texts.shop.demoNote}</footer>
      </body>
    </html>`.source;
}

function header({ customer, language, texts }: Visit): Html {
  return html`<header class="header">
    <a class="brand" href="/">
      <img src="/assets/logo.svg" alt="" width="34" height="34" />
      <span
        ><strong>Orchard</strong><small>${texts.shop.tagline}</small
        ><small class="on-phone">${texts.shop.demoTag}</small></span
      >
    </a>
    <span class="tag">${texts.shop.demoTag}</span>
    <form class="languages" method="post" action="/language" aria-label="${texts.header.language}">
      ${LANGUAGES.map(
        (each) =>
          html`<button
            type="submit"
            name="language"
            value="${each}"
            lang="${each}"
            title="${TEXTS[each].languageName}"
            aria-label="${TEXTS[each].languageName}"
            ${each === language ? html`aria-pressed="true"` : html`aria-pressed="false"`}
          >
            ${each.slice(0, 2).toUpperCase()}
          </button>`,
      )}
    </form>
    ${
      customer &&
      html`<div class="who">
        <span class="avatar" aria-hidden="true">${customer.givenName.charAt(0)}</span>
        <span>
          <strong>${customer.name}</strong>
          <small>${texts.header.role[customer.role](groupOf(customer).name)}</small>
        </span>
        <form method="post" action="/sign-out">
          <button type="submit" class="button quiet">${texts.header.signOut}</button>
        </form>
      </div>`
    }
  </header>`;
}

const noticeBox = ({ kind, text, problem }: Notice): Html =>
  html`<div class="notice ${kind}" role="${kind === 'error' ? 'alert' : 'status'}">
    <p>${text}</p>
    ${problem && html`<p class="problem"><code>${problem.status} ${problem.code}</code></p>`}
  </div>`;
