import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { problem, ScriptedApi } from './scripted-api.js';
import { BOUGHT, charging, inSeconds, item, order, second, SQUARE, step, TOKEN, UPSELL, view } from './upsell-views.js';
import { UpsellVisit } from './upsell-visit.js';

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

/** Where a bank leads back to, with what it adds. */
const RETURN = `/upsell-native?offer=${BOUGHT}&payment_intent=pi_1&payment_intent_client_secret=pi_1_secret_2`;

/** Also where a test failed: a page left open would go on asking. */
afterEach(() => customer?.context.close());

const visit = (options = {}): Promise<UpsellVisit> => UpsellVisit.open(browser, api.url, options);

describe('a payment that is not final', () => {
  it('is waited for', async () => {
    api.play(view());
    api.on('payment', () => ({ status: 202, body: charging({ kind: 'processing' }) }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press(/Yes/);
    await customer.sees('Your payment is being confirmed');
    await customer.look('14-processing');
    api.view = view({ step: second });
    await customer.sees('No time for a date?');
    expect(await customer.leave()).toEqual([]);
  });

  it('at the bank leads there at once, and waits for the answer after the way back', async () => {
    api.play(view());
    api.on('payment', () => ({ status: 202, body: charging({ kind: 'authenticate', url: `${api.url}/elsewhere` }) }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press(/Yes/);
    await customer.page.waitForURL('**/elsewhere');
    await customer.goTo(`${RETURN}&redirect_status=succeeded#token=${TOKEN}`);
    await customer.reads('We are asking whether it worked.');
    expect(customer.page.url()).toBe(`${api.url}/upsell-native?offer=${BOUGHT}`);
    await customer.look('15-returning');
    api.thank(order({ items: [item(), item({ name: 'Live workshop', kind: 'upsell' })] }));
    api.view = view({ step: second });
    await customer.sees('No time for a date?');
    await customer.reads('Done: Live workshop is part of your order.');
    await customer.page.reload();
    await customer.sees('No time for a date?');
    expect(await customer.text()).not.toContain('Done:');
    expect(await customer.leave()).toEqual([]);
  });

  it.each([
    ['authenticate', 'Your bank wants to be sure that it is you', 'Continue to your bank'],
    ['checkout', 'Finish on the payment page', 'To the payment page'],
  ] as const)('(%s) can be gone on with, or replaced by another way', async (kind, heading, go) => {
    api.play(charging({ kind, url: `${api.url}/elsewhere`, expires_at: inSeconds(900) }));
    api.on('cancel-payment', () => ({ status: 200, body: view() }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.sees(heading);
    await customer.look(`16-${kind}`);
    await customer.press(go);
    await customer.page.waitForURL('**/elsewhere');
    await customer.page.goBack();
    await customer.press('Choose another way');
    await customer.sees('Start faster');
    expect(api.of('cancel-payment').map(({ body }) => body)).toEqual([{ step: step().id }]);
    expect(await customer.leave()).toEqual([]);
  });

  it('is not said to be done when the step ended without it', async () => {
    api.play(charging({ kind: 'processing' }));
    api.thank(order({ items: [item(), item({ name: 'Live workshop', kind: 'upsell', status: 'expired' })] }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.sees('Your payment is being confirmed');
    api.view = view({ step: second });
    await customer.sees('No time for a date?');
    expect(api.of('thank-you')).toHaveLength(1);
    expect(await customer.text()).not.toContain('Done:');
    expect(await customer.leave()).toEqual([]);
  });

  it.each([
    ['authenticate', 'Your bank wants to be sure that it is you', `${RETURN}&redirect_status=failed`],
    ['authenticate', 'Your bank wants to be sure that it is you', 'back'],
    ['checkout', 'Finish on the payment page', `/upsell-native?offer=${BOUGHT}&redirect_status=canceled`],
    ['checkout', 'Finish on the payment page', 'back'],
  ] as const)('(%s) that was given up there is not waited for: %s (%s)', async (kind, heading, way) => {
    api.play(view());
    api.on('payment', () => ({ status: 202, body: charging({ kind, url: `${api.url}/elsewhere` }) }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.context.addInitScript(() => {
      const note = () => (window.name += `|${document.querySelector('h1')?.textContent ?? ''}`);
      new MutationObserver(note).observe(document, { childList: true, subtree: true });
    });
    await customer.press(/Yes/);
    await customer.page.waitForURL('**/elsewhere');
    if (way === 'back') await customer.page.goBack();
    else await customer.goTo(way);
    await customer.sees(heading);
    expect(await customer.page.evaluate(() => window.name)).toContain(heading);
    expect(await customer.page.evaluate(() => window.name)).not.toContain('is being confirmed');
    expect(customer.page.url()).toBe(`${api.url}/upsell-native?offer=${BOUGHT}`);
    expect(await customer.leave()).toEqual([]);
  });

  it('at a payment page that does not say how it was left is asked after', async () => {
    api.play(view());
    api.on('payment', () => ({ status: 202, body: charging({ kind: 'checkout', url: `${api.url}/elsewhere` }) }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press(/Yes/);
    await customer.page.waitForURL('**/elsewhere');
    await customer.goTo(UPSELL);
    await customer.reads('We are asking whether it worked.');
    expect(await customer.leave()).toEqual([]);
  });

  it('can be answered with a no, which cancels it and declines the step', async () => {
    api.play(charging({ kind: 'checkout', url: `${api.url}/elsewhere` }));
    api.on('cancel-payment', () => ({ status: 200, body: view() }));
    api.on('decline', () => ({ status: 200, body: view({ step: second }) }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press('No, thank you');
    await customer.sees('No time for a date?');
    expect(api.of('cancel-payment').map(({ body }) => body)).toEqual([{ step: step().id }]);
    expect(api.of('decline').map(({ body }) => body)).toEqual([{ step: step().id }]);
    expect(await customer.leave()).toEqual([]);
  });

  it('that was made meanwhile is not answered with a no', async () => {
    api.play(charging({ kind: 'checkout', url: `${api.url}/elsewhere` }));
    api.on('cancel-payment', () => ({ status: 200, body: view({ step: second }) }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press('No, thank you');
    await customer.sees('No time for a date?');
    expect(api.of('decline')).toEqual([]);
    expect(await customer.leave()).toEqual([]);
  });

  it('that cannot be canceled any more stays, and says so', async () => {
    api.play(charging({ kind: 'checkout', url: `${api.url}/elsewhere` }));
    const body = problem(409, 'upsell_payment_pending', 'Another payment of this step is under way.');
    api.on('cancel-payment', () => ({ status: 409, body }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.press('Choose another way');
    await customer.reads('Another payment of this step is under way.');
    await customer.sees('Finish on the payment page');
    expect(await customer.leave()).toEqual([]);
  });

  it('by Pix shows the code, to scan and to copy, and notices that it is paid', async () => {
    const code = `00020126580014br.gov.bcb.pix0136${'123e4567-e12b-12d1-a456-426655440000'}5204000053039865406090.005802BR5913Orchard6009Sao Paulo62070503***6304ABCD`;
    api.play(
      charging(
        { kind: 'pix', amount: 9_000, currency: 'BRL', pix: { code, qr_image: SQUARE, expires_at: inSeconds(3_600) } },
        { language: 'pt-BR' },
      ),
    );
    customer = await visit({ locale: 'pt-BR' });
    await customer.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: api.url });
    await customer.goTo(UPSELL);
    await customer.sees('Pague com Pix');
    expect(await customer.text()).toContain('Pague R$ 90,00 no aplicativo do seu banco.');
    expect(await customer.page.getByLabel('Pix copia e cola').inputValue()).toBe(code);
    await customer.press('Copiar o código');
    await customer.reads('Copiado. Agora cole no aplicativo do banco.');
    expect(await customer.page.evaluate(() => navigator.clipboard.readText())).toBe(code);
    expect(await customer.page.getByRole('timer').innerText()).toMatch(/(1:00:00|59:5\d)$/);
    const kept = await customer.page.getByRole('link', { name: 'Guarde este link' }).getAttribute('href');
    expect(kept).toBe(`${api.url}/upsell-native?offer=${BOUGHT}#token=${TOKEN}`);
    await customer.look('17-pix');
    await customer.press('Já paguei');
    await customer.reads('Ainda não recebemos a resposta do banco.');
    api.view = view({ step: second, language: 'pt-BR' });
    await customer.sees('No time for a date?');
    expect(await customer.leave()).toEqual([]);
  });
});
