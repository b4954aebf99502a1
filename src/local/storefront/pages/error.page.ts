import { html } from '../html.js';
import type { Visit } from '../shop.js';
import { layout } from './layout.js';

export function errorPage(visit: Visit, text: string): string {
  const { errors } = visit.texts;
  // Home is the sign-in page to whom nobody has signed in.
  const back = visit.customer ? errors.back : errors.signIn;
  return layout(visit, {
    title: errors.title,
    content: html`<section class="card question">
      <h1>${errors.title}</h1>
      <p class="lead">${text}</p>
      <div class="actions"><a class="button primary" href="/">${back}</a></div>
    </section>`,
  });
}
