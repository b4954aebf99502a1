import { html } from '../html.js';
import type { Visit } from '../shop.js';
import { layout } from './layout.js';

export const errorPage = (visit: Visit, text: string): string =>
  layout(visit, {
    title: visit.texts.errors.title,
    content: html`<section class="card question">
      <h1>${visit.texts.errors.title}</h1>
      <p class="lead">${text}</p>
      <div class="actions"><a class="button primary" href="/">${visit.texts.errors.back}</a></div>
    </section>`,
  });
