import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { problem, ScriptedApi } from './scripted-api.js';
import { BOUGHT, charging, item, order, over, PICTURE, SQUARE, THANK_YOU, UPSELL, view } from './upsell-views.js';
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

const visit = (options = {}): Promise<UpsellVisit> => UpsellVisit.open(browser, api.url, options);

describe('the way out', () => {
  it('is one press that takes as much room as the other', async () => {
    api.play(view());
    api.on('decline', () => ({ status: 200, body: over('completed') }));
    api.thank(order({ return_url: 'https://shop.test/orders/7' }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.sees('Start faster');
    const boxes = await Promise.all([/Yes/, /No, thank you/].map((name) => customer.button(name).boundingBox()));
    expect(boxes[1]).toMatchObject({ width: boxes[0]?.width, height: boxes[0]?.height });
    await customer.press(/No, thank you/);
    await customer.sees(DONE);
    expect(await customer.page.getByRole('link', { name: 'Back to the shop' }).getAttribute('href')).toBe(
      'https://shop.test/orders/7',
    );
    await customer.look('18-thank-you');
    expect(await customer.leave()).toEqual([]);
  });

  it('is not led back by the back button', async () => {
    api.play(view());
    api.on('decline', () => ({ status: 200, body: over('completed') }));
    api.thank(order());
    customer = await visit();
    await customer.goTo('/elsewhere');
    await customer.goTo(UPSELL);
    await customer.press(/No, thank you/);
    await customer.sees(DONE);
    await customer.page.goBack();
    expect(customer.page.url()).toBe(`${api.url}/elsewhere`);
    expect(await customer.leave()).toEqual([]);
  });

  it('of an external step is the page of the merchant', async () => {
    api.play(view());
    api.on('decline', () => ({ status: 200, body: over('completed', { redirect_url: `${api.url}/elsewhere` }) }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press(/No, thank you/);
    await customer.page.waitForURL('**/elsewhere');
    expect(await customer.leave()).toEqual([]);
  });
});

describe('the thank-you page', () => {
  it('shows what was bought, what was not charged, and goes on with an open payment', async () => {
    let current = order({
      sale: { ...order().sale, status: 'extended', is_closed: false },
      items: [
        item({ image: SQUARE }),
        item({
          name: 'Pro',
          kind: 'upsell',
          amount: 1_250,
          delivery: null,
          renewal: { amount: 2_900, currency: 'USD', interval: { unit: 'month', count: 1 } },
        }),
        item({ name: 'Live workshop', kind: 'upsell', amount: 4_900, delivery: 'We write to you within a day.' }),
        item({ name: 'Icon set', kind: 'upsell', status: 'pending', amount: 900, image: PICTURE }),
        item({ name: 'Wall planner', kind: 'upsell', status: 'failed', amount: 1_900 }),
        item({ name: 'Recording', kind: 'upsell', status: 'refunded', amount: 1_500 }),
      ],
      totals: [{ amount: 7_800, currency: 'USD' }],
      resume_url: `/upsell-native?offer=${BOUGHT}`,
      return_url: 'https://shop.test/orders/7',
    });
    api.play(charging({ kind: 'processing' }));
    api.on('thank-you', () => ({ status: 200, body: current }));
    customer = await visit();
    await customer.goTo(THANK_YOU);
    await customer.sees(DONE);
    await customer.reads('One payment is still open.');
    const lines = await customer.page.locator('.item').allInnerTexts();
    expect(lines.map((line) => line.split(/\n+/))).toEqual([
      ['Starter kit', 'Paid', 'The download link is in your e-mail.', '$29.00'],
      ['Pro', 'Paid', 'Renews at $29.00 per month until you cancel.', '$12.50'],
      ['Live workshop', 'Paid', 'We write to you within a day.', '$49.00'],
      ['Icon set', 'Payment open', '$9.00'],
      ['Wall planner', 'Not paid', 'Not charged'],
      ['Recording', 'Refunded', '$15.00'],
    ]);
    expect(await customer.text()).toMatch(/Total paid\s+\$78\.00/);
    await customer.look('19-thank-you-open');
    current = { ...current, items: current.items.filter(({ status }) => status !== 'pending'), resume_url: null };
    await customer.page.getByText('One payment is still open.').waitFor({ state: 'detached' });
    expect(await customer.leave()).toEqual([]);
  });

  it('leads back to an open Pix', async () => {
    api.play(charging({ kind: 'processing' }));
    api.thank(order({ items: [item({ status: 'pending' })], resume_url: `/upsell-native?offer=${BOUGHT}` }));
    customer = await visit();
    await customer.goTo(THANK_YOU);
    await customer.page.getByRole('link', { name: 'Go on with the payment' }).click();
    await customer.sees('Your payment is being confirmed');
    expect(await customer.leave()).toEqual([]);
  });

  it('is shown once the service answers', async () => {
    api.play(view());
    api.on('thank-you', () => 'lost');
    customer = await visit();
    await customer.goTo(THANK_YOU);
    await customer.sees('We cannot be reached right now');
    api.thank(order());
    await customer.sees(DONE);
    expect(await customer.leave()).toEqual([]);
  });
});

describe('a link', () => {
  it.each(['/upsell-native', '/thank-you', `/upsell-native?offer=${BOUGHT}`])(
    'that is not whole (%s) is said to be so',
    async (path) => {
      api.play(view());
      customer = await visit();
      await customer.goTo(path);
      await customer.sees('This link is not complete');
      if (path.includes('?')) await customer.look('20-incomplete');
      expect(api.asked).toEqual([]);
      expect(await customer.leave()).toEqual([]);
    },
  );

  it.each([UPSELL, THANK_YOU])('that has ended is said to be so (%s)', async (path) => {
    api.play(view());
    const body = problem(401, 'unauthenticated', 'Valid credentials are required.');
    for (const what of ['view', 'thank-you']) api.on(what, () => ({ status: 401, body }));
    customer = await visit();
    await customer.goTo(path);
    await customer.sees('This link has ended');
    expect(await customer.leave()).toEqual([]);
  });

  it('to something that is not there says what the API says', async () => {
    api.play(view());
    const body = problem(404, 'upsell_session_not_found', 'This offer is not there any more.');
    api.on('view', () => ({ status: 404, body }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.sees('This offer is not there any more.');
    expect(await customer.leave()).toEqual([]);
  });

  it('works once the service is back', async () => {
    api.play(view());
    const body = problem(503, 'service_unavailable', 'The service is temporarily unavailable.');
    api.on('view', () => ({ status: 503, body }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.sees('We cannot be reached right now');
    api.on('view', () => ({ status: 200, body: view() }));
    await customer.sees('Start faster');
    expect(await customer.leave()).toEqual([]);
  });

  it('without JavaScript says in three languages what is missing', async () => {
    customer = await visit({ javaScript: false });
    for (const path of [UPSELL, THANK_YOU]) {
      await customer.goTo(path);
      const said = await customer.page
        .locator('noscript p')
        .evaluateAll((lines) => lines.map((line) => line.getAttribute('lang')));
      expect(said).toEqual(['en', 'pt-BR', 'vi']);
      expect(await customer.page.locator('main').isVisible()).toBe(false);
      await customer.look(`21-no-script-${path.slice(1, 4)}`);
    }
    expect(await customer.leave()).toEqual([]);
  });
});
