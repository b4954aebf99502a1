import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { launchBrowser, PHONE } from './browser.js';
import { UpsellVisit } from './upsell-visit.js';
import { passBank, UpsellWorld, type Order } from './upsell-world.js';

const VISA = '4242424242424242';
/** Attaches, then every charge is declined. */
const DECLINING = '4000000000000341';
/** Its bank asks at every payment. */
const ASKING = '4000002760003184';
const KIT = 4_900;
const WORKSHOP = 2_900;

const WORKSHOP_STEP = 'Start faster, together with us';
const RECORDING_STEP = 'No time for a date? Watch the recording';
const SMALL_STEP = 'Something small for your boards?';
const PLANS_STEP = 'Bring the whole team';
const THANKS = 'Thank you for your order';

let world: UpsellWorld;
let browser: Browser;

beforeAll(async () => {
  world = await UpsellWorld.start('upsell_pages');
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

interface Buyer {
  readonly visit: UpsellVisit;
  /** The provider's id. */
  readonly customer: string;
}

/** Somebody who has just bought, and is on the first step. */
async function buy(order: Order, options = {}): Promise<Buyer> {
  const visit = await UpsellVisit.open(browser, world.url, options);
  return { visit, customer: await world.sell(visit, order) };
}

describe('a customer who has bought', () => {
  it('takes some offers, declines others, and ends on the thank-you page', async () => {
    const { visit, customer } = await buy({ method: VISA }, { viewport: PHONE });
    await visit.sees(WORKSHOP_STEP);
    expect(visit.page.url()).not.toContain('token');
    expect(await visit.label(/Yes/)).toBe('Yes, add it to my order\n$29.00, tax included · Visa •••• 4242');
    await visit.reads('This offer ends in');
    await visit.look('50-workshop');
    await visit.press(/Yes/);
    await visit.sees(SMALL_STEP);
    await visit.reads('Done: Live workshop is part of your order.');
    await visit.look('51-several');
    await visit.page.getByRole('radio', { name: /Wall planner/ }).check();
    await visit.press(/Yes/);
    await visit.sees(PLANS_STEP);
    await visit.look('52-plans');
    await visit.press(/No, thank you/);
    await visit.sees(THANKS);
    await visit.reads('what you added is part of your order');
    const names = await visit.page.locator('.item strong').allInnerTexts();
    expect(names).toEqual(['Starter kit', 'Live workshop', 'Wall planner']);
    expect(await visit.text()).toMatch(/Total paid\s+\$97\.00/);
    await visit.look('53-thank-you');
    expect(world.chargesOf(customer)).toEqual([KIT, WORKSHOP, 1_900]);
    expect(await visit.leave()).toEqual([]);
  });

  it('is offered the downsell after a no, and nothing is charged for noes', async () => {
    const { visit, customer } = await buy({ method: VISA });
    for (const step of [WORKSHOP_STEP, RECORDING_STEP, SMALL_STEP, PLANS_STEP]) {
      await visit.sees(step);
      await visit.press(/No, thank you/);
    }
    await visit.sees(THANKS);
    await visit.reads('Your order is complete.');
    expect(await visit.page.locator('.item').count()).toBe(1);
    expect(world.chargesOf(customer)).toEqual([KIT]);
    expect(await visit.leave()).toEqual([]);
  });

  it('starts a plan with the saved card, and changes it after the next purchase for what that costs today', async () => {
    const { visit, customer } = await buy({ method: VISA });
    for (const step of [WORKSHOP_STEP, RECORDING_STEP, SMALL_STEP]) {
      await visit.sees(step);
      await visit.press(/No, thank you/);
    }
    await visit.sees(PLANS_STEP);
    await visit.page.getByRole('radio', { name: /Basic plan/ }).check();
    await visit.reads('Renews at $9.00 per month until you cancel.');
    await visit.press(/Yes/);
    await visit.sees(THANKS);
    await visit.reads('Basic plan');
    expect(world.chargesOf(customer)).toEqual([KIT, 900]);

    await world.advance(15 * 86_400);
    await world.sell(visit, { method: VISA, customer });
    await visit.sees(PLANS_STEP); // what was declined or is owned is not shown again
    await visit.reads('Today you have Basic for $9.00 per month. This is $20.00 per month more.');
    await visit.reads(/\$\d+\.\d\d today/);
    const shown = /\$(\d+)\.(\d\d) today, tax included · Visa •••• 4242/.exec(await visit.label(/Yes/));
    await visit.look('57-upgrade');
    await visit.press(/Yes/);
    await visit.sees(THANKS);
    expect(world.chargesOf(customer)).toEqual([KIT, 900, KIT, Number(`${shown?.[1]}${shown?.[2]}`)]);
    expect(await visit.leave()).toEqual([]);
  });

  it('sees the same state after a reload, and the current step after the back button', async () => {
    const { visit, customer } = await buy({ method: VISA });
    await visit.sees(WORKSHOP_STEP);
    await visit.press(/No, thank you/);
    await visit.sees(RECORDING_STEP);
    await visit.page.reload();
    await visit.sees(RECORDING_STEP);
    await visit.page.goto('about:blank');
    await visit.page.goBack();
    await visit.sees(RECORDING_STEP);
    await visit.press(/Yes/);
    await visit.sees(SMALL_STEP);
    expect(world.chargesOf(customer)).toEqual([KIT, 900]);
    expect(await visit.leave()).toEqual([]);
  });

  it('buys once with two pages of the same step', async () => {
    const { visit, customer } = await buy({ method: VISA });
    await visit.sees(WORKSHOP_STEP);
    const other = await visit.context.newPage();
    const token = await visit.page.evaluate(() => Object.values(sessionStorage)[0]);
    await other.goto(`${visit.page.url()}#token=${token}`);
    await other.getByRole('heading', { name: WORKSHOP_STEP }).waitFor();
    await visit.press(/Yes/);
    await visit.sees(SMALL_STEP);
    await other.getByRole('button', { name: /Yes/ }).click();
    await other.getByRole('heading', { name: SMALL_STEP }).waitFor();
    await eventually(() => world.chargesOf(customer).length === 2);
    expect(world.chargesOf(customer)).toEqual([KIT, WORKSHOP]);
    expect(await visit.leave()).toEqual([]);
  });
});

describe('a card', () => {
  it('that is declined is not charged again by itself: the payment page takes another one', async () => {
    const { visit, customer } = await buy({ method: VISA, otherCard: DECLINING });
    await visit.sees(WORKSHOP_STEP);
    await visit.page.getByRole('radio', { name: '0341' }).check();
    await visit.press(/Yes/);
    await visit.page.getByRole('alert').waitFor();
    expect(await visit.page.getByRole('radio', { name: '0341' }).isChecked()).toBe(false);
    await visit.look('54-declined');
    await visit.page.getByRole('radio', { name: 'Another card' }).check();
    await visit.press(/Yes/);
    await visit.page.waitForURL(`${world.sandbox.url}/c/pay/**`);
    await visit.page.locator(`input[name="card"][value="${VISA}"]`).check();
    await visit.page.getByRole('button', { name: 'Pay' }).click();
    await visit.sees(SMALL_STEP);
    await visit.reads('Done: Live workshop is part of your order.');
    expect(world.chargesOf(customer)).toEqual([KIT, WORKSHOP]);
    expect(await visit.leave()).toEqual([]);
  });

  it('whose bank asks leads there and back', async () => {
    const { visit, customer } = await buy({ method: ASKING });
    await visit.sees(WORKSHOP_STEP);
    await visit.press(/Yes/);
    await visit.page.waitForURL(`${world.sandbox.url}/3ds/**`);
    await passBank(visit);
    await visit.sees(SMALL_STEP);
    await visit.reads('Done: Live workshop is part of your order.');
    expect(new URL(visit.page.url()).search).toMatch(/^\?offer=[0-9a-f-]{36}$/);
    expect(world.chargesOf(customer)).toEqual([KIT, WORKSHOP]);
    expect(await visit.leave()).toEqual([]);
  });

  it('whose bank was left without an answer can be replaced by another way', async () => {
    const { visit, customer } = await buy({ method: ASKING });
    await visit.sees(WORKSHOP_STEP);
    await visit.press(/Yes/);
    await visit.page.waitForURL(`${world.sandbox.url}/3ds/**`);
    await visit.page.goBack();
    await visit.sees('Your bank wants to be sure that it is you');
    await visit.press('Choose another way');
    await visit.sees(WORKSHOP_STEP);
    await visit.press(/No, thank you/);
    await visit.sees(RECORDING_STEP);
    expect(world.chargesOf(customer)).toEqual([KIT]);
    expect(await visit.leave()).toEqual([]);
  });

  it('whose bank was left can be answered with a no', async () => {
    const { visit, customer } = await buy({ method: ASKING });
    await visit.sees(WORKSHOP_STEP);
    await visit.press(/Yes/);
    await visit.page.waitForURL(`${world.sandbox.url}/3ds/**`);
    await visit.page.goBack();
    await visit.press('No, thank you');
    await visit.sees(RECORDING_STEP);
    expect(world.chargesOf(customer)).toEqual([KIT]);
    expect(await visit.leave()).toEqual([]);
  });
});

describe('Pix', () => {
  const order: Order = { method: VISA, offer: 'starter-kit-brl', language: 'pt-BR' };
  const ACCEPT = /Sim/;

  it('is paid in the banking app, and the page notices', async () => {
    const { visit, customer } = await buy({ ...order, method: 'pix' }, { locale: 'pt-BR' });
    await visit.sees('Comece mais rápido, com a gente');
    expect(await visit.text()).not.toContain('••••');
    await visit.page.getByRole('radio', { name: 'Pix' }).check();
    expect(await visit.label(ACCEPT)).toBe('Sim, incluir no meu pedido\nR$ 89,00, impostos incluídos · por Pix');
    await visit.press(ACCEPT);
    await visit.sees('Pague com Pix');
    const picture = visit.page.getByRole('img', { name: 'QR code do pagamento Pix' });
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await visit.look('55-pix');
    await visit.page.reload();
    await visit.sees('Pague com Pix');
    await world.payPix(customer);
    await visit.sees('Obrigado pelo seu pedido');
    expect(await visit.text()).toMatch(/Total pago\s+R\$ 238,00/);
    await visit.look('56-pix-paid');
    expect(await visit.leave()).toEqual([]);
  });

  it('can be given up for the card', async () => {
    const { visit, customer } = await buy(order, { locale: 'pt-BR' });
    await visit.sees('Comece mais rápido, com a gente');
    await visit.page.getByRole('radio', { name: 'Pix' }).check();
    await visit.press(ACCEPT);
    await visit.sees('Pague com Pix');
    await visit.press('Escolher outra forma');
    await visit.sees('Comece mais rápido, com a gente');
    await visit.page.getByRole('radio', { name: /4242/ }).check();
    await visit.press(ACCEPT);
    await visit.sees('Obrigado pelo seu pedido');
    expect(world.chargesOf(customer)).toEqual([14_900, 8_900]);
    expect(await visit.leave()).toEqual([]);
  });
});

describe('offers that end', () => {
  it('while the page is open charge nothing, and the next step is shown', async () => {
    const { visit, customer } = await buy({ method: VISA });
    await visit.reads('This offer ends in');
    await world.advance(901);
    await visit.press(/Yes/);
    await visit.sees(RECORDING_STEP);
    expect(await visit.page.getByRole('alert').innerText()).toContain('Nothing was charged.');
    expect(world.chargesOf(customer)).toEqual([KIT]);
    expect(await visit.leave()).toEqual([]);
  });

  it('are said to have ended after a reload, and lead on', async () => {
    const { visit, customer } = await buy({ method: VISA });
    await visit.reads('This offer ends in');
    await world.advance(901);
    await visit.page.reload();
    await visit.sees('This offer has ended');
    await visit.press('Continue');
    await visit.sees(RECORDING_STEP);
    expect(world.chargesOf(customer)).toEqual([KIT]);
    expect(await visit.leave()).toEqual([]);
  });

  it('because they are killed half way lead to the thank-you page, which says so', async () => {
    const { visit, customer } = await buy({ method: VISA });
    await visit.sees(WORKSHOP_STEP);
    await visit.reads('This offer ends in');
    await visit.press(/Yes/);
    await visit.sees(SMALL_STEP);
    await visit.page.waitForLoadState('networkidle'); // the page has asked for everything that it asks for by itself
    await world.kill(true);
    try {
      await visit.press(/Yes/);
      await visit.sees(THANKS);
      await visit.reads('The offers have ended. Nothing more was charged.');
      expect(world.chargesOf(customer)).toEqual([KIT, WORKSHOP]);
      expect(await visit.leave()).toEqual([]);
    } finally {
      await world.kill(false);
    }
  });
});
