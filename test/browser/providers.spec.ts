import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser, PHONE } from './browser.js';
import { Shopper } from './shopper.js';
import { startWorld, type World } from './world.js';

const GOOD_CARD = '4242424242424242';
const AUTHENTICATING_CARD = '4000002760003184';

let world: World;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld('providers');
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** Amounts that were charged, and where, in the order in which they were. */
const charged = () =>
  world.sandbox
    .ledger()
    .filter(({ type, outcome }) => type === 'charge' && outcome === 'succeeded')
    .map(({ amount, provider }) => `${provider} ${amount}`);

describe('a customer who pays through Dodo Payments', () => {
  let grace: Shopper;
  beforeAll(async () => {
    grace = await Shopper.open(browser, world);
  });
  afterAll(() => grace.leave());

  it('chooses it, and sees what is sold there', async () => {
    await grace.press('Dodo Payments');
    await grace.reads('New purchases are paid through Dodo Payments.');
    expect(await grace.button('Dodo Payments').getAttribute('aria-pressed')).toBe('true');
    await grace.look('80-provider-chosen');
    await grace.press('Continue as Grace');
    expect(await grace.texts('[data-plan] h3')).toEqual(['Basic', 'Pro', 'Enterprise']);
    await grace.reads('Not through Dodo Payments: Free.');
    await grace.look('81-plans-at-dodo');
  });

  it('subscribes on its checkout page', async () => {
    await grace.press('Choose Basic');
    await grace.look('82-dodo-checkout');
    await grace.pay(GOOD_CARD);
    await grace.reads('Welcome to Basic.');
    const card = grace.page.getByRole('region', { name: 'Subscription of Harbour Books' });
    expect(await card.innerText()).toMatch(/Paid through\s+Dodo Payments/);
    expect(await grace.history()).toEqual([['New', 'Basic', '–', 'Active', 'Paid']]);
    expect(charged()).toEqual(['dodo 900']);
    await grace.look('83-subscribed-at-dodo');
  });

  it('sees what a switch would cost, in each way of billing, before anything is charged', async () => {
    await grace.press('Switch now…: Pro');
    await grace.reads('Switch to Pro now');
    const chargedNow = () => grace.texts('.change-now .facts dd >> nth=0');
    expect(await chargedNow()).toEqual([expect.stringMatching(/^\$20\.00/)]);
    await grace.look('84-switch-quoted');
    await grace.press('Full price');
    expect(await chargedNow()).toEqual([expect.stringMatching(/^\$29\.00/)]);
    expect(await grace.button('Full price').getAttribute('aria-pressed')).toBe('true');
    await grace.press('Difference');
    expect(charged()).toEqual(['dodo 900']);
  });

  it('switches for exactly that', async () => {
    await grace.press('Switch now and pay $20.00');
    await grace.reads('You are on Pro now. $20.00 was charged. It renews on 20 Dec 2026.');
    expect(charged()).toEqual(['dodo 900', 'dodo 2000']);
    expect(await grace.history()).toEqual([
      ['Change', 'Pro', 'Basic', 'Active', 'Paid'],
      ['New', 'Basic', '–', 'Past', 'Paid'],
    ]);
    await grace.look('85-switched');
  });

  it('cannot switch to a plan that allows less than is used, and reads why', async () => {
    await grace.page.getByLabel('Boards in use').fill('12');
    await grace.press('Report');
    await grace.reads('Reported: 12 boards in use.');
    await grace.press('Switch now…: Basic');
    await grace.reads('You use more than this plan allows, so this switch is not possible');
    await grace.reads('boards: 12 used, 10 allowed');
    expect(await grace.page.getByRole('button', { name: /^Switch now/ }).count()).toBe(0);
    await grace.look('86-limits');
    await grace.page.getByRole('link', { name: 'Back', exact: true }).click();
  });

  it('buys an extra at the shop’s own checkout there, and accepts an upsell by one click', async () => {
    await grace.button('Buy: Starter kit').click();
    await grace.pay(GOOD_CARD, 'Pay');
    await grace.page.getByRole('heading', { name: 'Start faster, together with us' }).waitFor();
    await grace.page.getByRole('button', { name: /Yes/ }).click();
    await grace.page.getByRole('heading', { name: 'Something small for your boards?' }).waitFor();
    await grace.page.getByRole('button', { name: /No, thank you/ }).click();
    // Of the plans that would come now, one is theirs, and the other has too few boards for what they use.
    await grace.page.getByRole('link', { name: /Back to the shop/ }).click();
    await grace.reads('Thank you. What you have bought is listed under “Extras”.');
    expect(charged().slice(2)).toEqual(['dodo 4900', 'dodo 2900']);
  });

  it('buys something beside it with one click', async () => {
    await grace.press('Buy now: Icon pack');
    await grace.reads('Thank you. It was charged to your saved card');
    expect((await grace.texts('[data-product]')).toSorted()).toEqual(['Icon pack', 'Live workshop', 'Starter kit']);
    expect(charged().slice(4)).toEqual(['dodo 500']);
    await grace.look('87-bought-with-one-click');
  });

  it('sees their saved cards, and changes them on the provider’s page', async () => {
    await grace.page.getByRole('link', { name: 'Saved cards' }).click();
    await grace.reads('Visa •••• 4242');
    expect(await grace.texts('.method-item .chip')).toEqual(['One click']);
    await grace.look('88-saved-cards');
    await grace.press('Change cards: Dodo Payments');
    await grace.page.waitForURL(`${world.sandbox.url}/dodo/portal/**`);
    await grace.page.getByRole('link', { name: 'Return to the shop' }).click();
    await grace.reads('Visa •••• 4242');
    await grace.page.goto('/');
  });

  it('keeps the subscription where it is when they pay elsewhere from now on', async () => {
    await grace.press('Stripe');
    await grace.reads('Your subscription stays where it began: at Dodo Payments.');
    await grace.look('89-two-providers');
    await grace.press('To the next renewal');
    await grace.reads(/It is now 20 Dec 2026/);
    expect(charged().slice(5)).toEqual(['dodo 2900']);
  });
});

describe('a customer whose bank asks who pays for a switch', () => {
  it('is led to the bank, and has the plan when they come back', async () => {
    const linh = await Shopper.open(browser, world, { locale: 'en' });
    await linh.page.goto('/?provider=dodo');
    await linh.press('Continue as Linh');
    await linh.press('English');
    await linh.press('Choose Basic');
    await linh.pay(AUTHENTICATING_CARD);
    await linh.press('Yes, it is me');
    await linh.reads('Welcome to Basic.');
    await linh.press('Switch now…: Pro');
    await linh.press('Switch now and pay $20.00');
    await linh.reads('Your bank asks whether it is you');
    await linh.look('92-bank-asks');
    const [bank] = await Promise.all([
      linh.context.waitForEvent('page'),
      linh.page.getByRole('link', { name: 'Confirm at the bank' }).click(),
    ]);
    await bank.getByRole('button', { name: 'Yes, it is me' }).click();
    await bank.getByText('You can close this page').waitFor();
    await linh.page.reload();
    await linh.page.locator('.subscription .plan-name', { hasText: 'Pro' }).waitFor();
    expect(await linh.page.getByText('Your bank asks').count()).toBe(0);
    await linh.leave();
  });
});

describe('a link that names the provider', () => {
  it('chooses it, also on a phone and in Portuguese', async () => {
    const ana = await Shopper.open(browser, world, { viewport: PHONE, locale: 'pt-BR' });
    await ana.page.goto('/?provider=dodo');
    await ana.reads('Novas compras são pagas pelo Dodo Payments.');
    expect(new URL(ana.page.url()).search).toBe('');
    await ana.press('Continuar como Ana');
    await ana.press('Escolher Pro');
    await ana.pay(GOOD_CARD);
    await ana.reads('Boas-vindas ao Pro.');
    await ana.look('90-phone-in-portuguese');
    await ana.press('Mudar agora…: Basic');
    await ana.reads('Crédito');
    await ana.look('91-credit-in-portuguese');
    await ana.leave();
  });
});
