import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { Shopper } from './shopper.js';
import { startWorld, type World } from './world.js';

const GOOD_CARD = '4242424242424242';

let world: World;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld('extras');
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** Amounts that were charged, in the order in which they were. */
const charged = () =>
  world.sandbox
    .ledger()
    .filter(({ type, outcome }) => type === 'charge' && outcome === 'succeeded')
    .map(({ amount, currency }) => `${amount} ${currency}`);

describe('a customer of the demo shop', () => {
  let grace: Shopper;
  beforeAll(async () => {
    grace = await Shopper.open(browser, world);
    await grace.press('Continue as Grace');
  });
  afterAll(() => grace.leave());

  it('buys an extra, is led into its funnel, and comes back to what they have', async () => {
    await grace.look('70-extras');
    await grace.button('Buy: Starter kit').click();
    await grace.pay(GOOD_CARD, 'Pay');
    await grace.page.getByRole('heading', { name: 'Start faster, together with us' }).waitFor();
    await grace.page.getByRole('button', { name: /Yes/ }).click();
    await grace.page.getByRole('heading', { name: 'Something small for your boards?' }).waitFor();
    await grace.page.getByRole('button', { name: /No, thank you/ }).click();
    await grace.page.getByRole('heading', { name: 'Bring the whole team' }).waitFor();
    await grace.page.getByRole('button', { name: /No, thank you/ }).click();
    await grace.page.getByRole('link', { name: /Back to the shop/ }).click();
    await grace.reads('Thank you. What you have bought is listed under “Extras”.');
    expect((await grace.texts('[data-product]')).toSorted()).toEqual(['Live workshop', 'Starter kit']);
    expect(charged()).toEqual(['4900 usd', '2900 usd']);
    await grace.look('71-what-they-have');
  });

  it('is not offered again what they own or have declined', async () => {
    await grace.button('Buy: Starter kit').click();
    await grace.pay(GOOD_CARD, 'Pay');
    await grace.page.getByRole('heading', { name: 'Thank you for your order' }).waitFor();
    expect(charged()).toEqual(['4900 usd', '2900 usd', '4900 usd']);
  });

  it('sees behind the scenes that no address with a token is shown', async () => {
    await grace.page.goto(world.storefront.url);
    expect(await grace.texts('.call code')).toContain('/api/v1/service/sales');
    expect(await grace.page.content()).not.toContain('token=');
  });
});
