import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { launchBrowser } from './browser.js';
import { createGate, problem, ScriptedApi } from './scripted-api.js';
import { BOUGHT, item, offer, order, over, PIX, second, step, UPSELL, view, VISA } from './upsell-views.js';
import { UpsellVisit } from './upsell-visit.js';

const DONE = /Thank you for your order/;

let api: ScriptedApi;
let browser: Browser;
let customer: UpsellVisit;

beforeAll(async () => {
  api = await new ScriptedApi().start();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await api?.close();
});

/** Also where a test failed: a page left open would go on asking. */
afterEach(() => customer?.context.close());

const visit = (): Promise<UpsellVisit> => UpsellVisit.open(browser, api.url);

describe('a press of the button', () => {
  it('is one payment, whatever else is pressed while it runs', async () => {
    api.play(view());
    const gate = createGate();
    api.on('payment', async () => {
      await gate.isOpen;
      return { status: 200, body: over('completed') };
    });
    api.thank(
      order({ sale: { ...order().sale, status: 'extended' }, items: [item(), item({ name: 'Live workshop' })] }),
    );
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.button(/Yes/).dblclick();
    const busy = customer.button(/Paying/);
    expect(await busy.getAttribute('aria-busy')).toBe('true');
    expect(await busy.isDisabled()).toBe(true);
    expect(await customer.button(/No, thank you/).isDisabled()).toBe(true);
    await customer.look('08-paying');
    gate.open();
    await customer.sees(DONE);
    expect(api.of('payment').map(({ body }) => body)).toEqual([
      {
        step: step().id,
        offer_uuid: offer().offer_uuid,
        method: { kind: 'saved_card', card_id: 'pm_visa' },
        terms: 'terms-1',
      },
    ]);
    expect(api.of('payment')[0]?.key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(customer.page.url()).toBe(`${api.url}/thank-you?offer=${BOUGHT}`);
    expect(await customer.leave()).toEqual([]);
  });

  it('on one step does not buy what the next one offers', async () => {
    api.play(view());
    api.on('payment', () => ({ status: 200, body: view({ step: second }) }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.sees('Start faster');
    // The second half of a slow double click, wherever the next screen has its button.
    await customer.page.evaluate(() => {
      const clickAgain = () => {
        document.querySelector<HTMLButtonElement>('.button.primary')?.click();
        document.body.dataset['clicked'] = 'again';
      };
      const watch = new MutationObserver(() => setTimeout(clickAgain, 150));
      watch.observe(document.querySelector('main')!, { childList: true });
    });
    await customer.press(/Yes/);
    await customer.page.locator('body[data-clicked]').waitFor();
    await eventually(() => customer.button(/Yes/).isEnabled());
    expect(api.of('payment')).toHaveLength(1);
    expect(await customer.leave()).toEqual([]);
  });

  it('is said to be under way only until the next screen', async () => {
    api.play(view());
    const gate = createGate();
    api.on('payment', async () => {
      await gate.isOpen;
      return { status: 200, body: view({ step: second }) };
    });
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press(/Yes/);
    const said = customer.page.locator('#status');
    await customer.button(/Paying/).waitFor();
    expect(await said.textContent()).toBe('Paying…');
    gate.open();
    await customer.sees('No time for a date?');
    expect(await said.textContent()).toBe('');
    expect(await customer.leave()).toEqual([]);
  });

  it('that is declined says so, and chooses another way to pay', async () => {
    const message = 'Your card was declined.';
    const failed = view({ last_failure: { code: 'card_declined', message } });
    api.play(view());
    api.on('payment', () => {
      const body = problem(402, 'payment_declined', 'The payment was declined. Nothing was charged.', {
        current: failed,
      });
      return { status: 402, body };
    });
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press(/Yes/);
    const alert = customer.page.getByRole('alert');
    expect(await alert.innerText()).toBe(message);
    expect(await alert.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await customer.page.getByRole('radio', { name: 'Another card' }).isChecked()).toBe(true);
    expect(await customer.label(/Yes/)).toContain('$49.00, tax included · on the payment page');
    await customer.look('09-declined');
    await customer.press(/Yes/);
    await eventually(() => api.of('payment').length === 2);
    const [first, again] = api.of('payment');
    expect(first?.key).not.toBe(again?.key);
    await customer.page.reload();
    expect(await alert.innerText()).toBe(message);
    expect(await customer.leave()).toEqual([]);
  });

  it('whose answer is lost is looked after, and sent with the same key when it is pressed again', async () => {
    api.play(view());
    api.on('payment', () => 'lost');
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press(/Yes/);
    await customer.reads('you will not be charged twice');
    await customer.look('10-lost-answer');
    await customer.page.reload();
    await customer.press(/Yes/);
    await eventually(() => api.of('payment').length === 2);
    const [first, again] = api.of('payment');
    expect(again?.key).toBe(first?.key);
    expect(again?.body).toEqual(first?.body);
    expect(await customer.leave()).toEqual([]);
  });

  it('whose answer is lost shows what became of it once there is a connection', async () => {
    let isReachable = true;
    api.play(view());
    api.on('view', () => (isReachable ? { status: 200, body: view() } : 'lost'));
    api.on('payment', () => {
      isReachable = false;
      return 'lost';
    });
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press(/Yes/);
    await customer.sees('We cannot be reached right now');
    await customer.reads('You will not be charged twice.');
    await customer.look('11-no-connection');
    api.on('view', () => ({ status: 200, body: view({ step: second }) }));
    await customer.sees('No time for a date?');
    expect(api.of('payment')).toHaveLength(1);
    expect(await customer.leave()).toEqual([]);
  });

  it('that another request is still at work on waits for its answer', async () => {
    api.play(view());
    api.on('payment', () =>
      api.of('payment').length === 1
        ? { status: 409, body: problem(409, 'idempotency_in_flight', 'This request is still being processed.') }
        : { status: 200, body: view({ step: second }) },
    );
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press(/Yes/);
    await customer.sees('No time for a date?');
    expect(new Set(api.of('payment').map(({ key }) => key)).size).toBe(1);
    expect(await customer.leave()).toEqual([]);
  });

  it.each([
    [409, 'upsell_step_stale', 'This page is out of date: another step is open.'],
    [409, 'upsell_offer_changed', 'The offer has changed. Nothing was charged.'],
    [410, 'upsell_step_expired', 'This offer has expired. Nothing was charged.'],
  ])(
    'on a page that is out of date (%s %s) charges nothing and shows what is there now',
    async (status, code, message) => {
      api.play(view());
      const body = problem(status, code, message, { current: view({ step: second }) });
      api.on('payment', () => ({ status, body }));
      customer = await visit();
      await customer.goTo(UPSELL);
      await customer.press(/Yes/);
      await customer.sees('No time for a date?');
      expect(await customer.page.getByRole('alert').innerText()).toBe(message);
      if (status === 410) await customer.look('12-stale');
      expect(await customer.leave()).toEqual([]);
    },
  );

  it.each(['expired', 'killed'] as const)(
    'when the offers are %s ends on the thank-you page, which says so',
    async (status) => {
      api.play(view());
      const body = problem(410, 'upsell_session_over', 'The offers have ended.', { current: over(status) });
      api.on('payment', () => ({ status: 410, body }));
      api.thank(order());
      customer = await visit();
      await customer.goTo(UPSELL);
      await customer.press(/Yes/);
      await customer.sees(DONE);
      await customer.reads('The offers have ended. Nothing more was charged.');
      await customer.look(`13-${status}`);
      expect(await customer.leave()).toEqual([]);
    },
  );

  it('with a tax number that cannot be one says so, and keeps what was chosen', async () => {
    api.play(view({ step: step({ offers: [offer({ currency: 'BRL', methods: [VISA, PIX] })] }) }));
    const errors = [{ field: 'method.tax_id', message: 'tax_id must be 11 (CPF) or 14 (CNPJ) digits' }];
    const body = problem(422, 'validation_failed', 'The request is not valid.', { errors });
    api.on('payment', () => ({ status: 422, body }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.page.getByRole('radio', { name: 'Pix' }).check();
    await customer.page.getByLabel('CPF or CNPJ').fill('123');
    await customer.press(/Yes/);
    expect(await customer.page.getByRole('alert').innerText()).toContain('A CPF has 11 digits, a CNPJ has 14.');
    const field = customer.page.getByLabel('CPF or CNPJ');
    const described = await field.getAttribute('aria-describedby');
    expect(await customer.page.locator(`#${described}`).innerText()).toContain('A CPF has 11 digits, a CNPJ has 14.');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
    await customer.look('09-tax-number');
    expect(await customer.page.getByRole('radio', { name: 'Pix' }).isChecked()).toBe(true);
    expect(await customer.page.getByLabel('CPF or CNPJ').inputValue()).toBe('123');
    expect(api.of('payment')[0]?.body.method).toEqual({ kind: 'pix', tax_id: '123' });
    expect(await customer.leave()).toEqual([]);
  });

  it('that the API finds wrong says why, and the step can be used again', async () => {
    api.play(view());
    const body = problem(422, 'payment_method_expired', 'This card has expired.');
    api.on('payment', () => ({ status: 422, body }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press(/Yes/);
    await customer.reads('This card has expired.');
    await customer.sees('Start faster');
    await customer.press(/Yes/);
    await eventually(() => api.of('payment').length === 2);
    expect(await customer.leave()).toEqual([]);
  });
});
