'use strict';

/*
 * The shop works without this file. With it: a pressed button says that it works, the clock ticks, and what changed is
 * shown without a reload.
 */
(() => {
  const REFRESH_MILLISECONDS = 5_000;
  const TICK_MILLISECONDS = 5_000;
  let isLeaving = false;

  document.addEventListener('submit', (event) => {
    if (isLeaving) {
      event.preventDefault(); // a double click
      return;
    }
    isLeaving = true;
    const button = event.submitter;
    if (!button) return;
    // Not `disabled`: that would take the button's own value out of the form.
    button.setAttribute('aria-disabled', 'true');
    button.classList.add('busy');
    button.textContent = document.body.dataset.working;
  });

  // What is for developers is far down on a phone, and long: folded there until somebody unfolds it.
  const fold = document.querySelector('[data-fold]');
  if (fold && matchMedia('(max-width: 720px)').matches) {
    fold.open = sessionStorage.getItem('behind') === 'open';
    fold.addEventListener('toggle', () => sessionStorage.setItem('behind', fold.open ? 'open' : 'folded'));
  }

  // The browser's back button can bring a page back as it was left.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });

  const clock = document.querySelector('[data-clock]');
  let base = clock ? { shown: Date.parse(clock.dateTime), at: performance.now() } : undefined;

  function tick() {
    if (!clock || !base) return;
    const now = new Date(base.shown + performance.now() - base.at);
    const format = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' };
    clock.textContent = new Intl.DateTimeFormat(clock.dataset.locale, format).format(now);
  }

  async function refresh() {
    if (document.hidden || isLeaving) return;
    const pulse = await fetch('/pulse');
    if (pulse.status === 204) return location.reload(); // signed out elsewhere
    if (!pulse.ok || (await pulse.text()) === document.body.dataset.pulse) return;
    const page = await fetch('/', { headers: { 'x-refresh': 'yes' } });
    if (page.ok && !isLeaving) show(new DOMParser().parseFromString(await page.text(), 'text/html'));
  }

  function show(fresh) {
    let isComplete = true;
    for (const region of document.querySelectorAll('[data-region]')) {
      const other = fresh.getElementById(region.id);
      if (!other || other.innerHTML === region.innerHTML) continue;
      // A part in which somebody is at work stays as it is until they leave it.
      const isInUse = region.contains(document.activeElement) || region.querySelector('details[open]');
      if (isInUse) isComplete = false;
      else region.replaceChildren(...other.childNodes);
    }
    if (isComplete) document.body.dataset.pulse = fresh.body.dataset.pulse;
    const freshClock = fresh.querySelector('[data-clock]');
    if (clock && freshClock) base = { shown: Date.parse(freshClock.dateTime), at: performance.now() };
    tick();
  }

  if (document.body.dataset.pulse !== undefined) {
    setInterval(tick, TICK_MILLISECONDS);
    // The shop may be restarting: the next turn tries again.
    setInterval(() => refresh().catch(() => undefined), REFRESH_MILLISECONDS);
  }
})();
