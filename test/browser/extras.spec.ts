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
    expect(await grace.texts('[data-extra="kit"] p')).toContain('You have it.');
    await grace.button('Buy again: Starter kit').click();
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

describe('what a merchant writes', () => {
  /** What would run, or at least be an element, if it were taken for more than text. */
  const MARKUP = `<img src=x onerror="window.ran=1"><script>window.ran=1</script>'"&amp;`;
  const marked = (text: string): string => `${text} ${MARKUP}`;
  const translated = (texts: object) => Object.fromEntries(['vi', 'pt-BR', 'en'].map((language) => [language, texts]));
  const offerTexts = { name: marked('N'), description: marked('D'), selling_points: [marked('P')] };
  const stepTexts = {
    headline: marked('H'),
    body: marked('B'),
    accept_label: marked('Y'),
    decline_label: marked('X'),
  };

  const admin = async (method: string, path: string, body?: object): Promise<any> => {
    const { adminApiKey: apiKey } = world.application.config.auth;
    const answer = await world.application.call(method, `/api/v1/admin/${path}`, { apiKey, body });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };

  /** All texts of the demo's catalogue, in all languages, are markup from now on. */
  async function plantMarkup(): Promise<void> {
    for (const { code, image } of await admin('GET', 'products')) {
      const texts = { name: marked('N'), description: marked('D'), delivery: marked('L') };
      await admin('PUT', `products/${code}`, { ...texts, image, translations: translated(texts) });
    }
    for (const { code, id: _id, kind: _kind, plan_prices: _prices, ...offer } of await admin('GET', 'offers')) {
      await admin('PUT', `offers/${code}`, { ...offer, ...offerTexts, translations: translated(offerTexts) });
    }
    const [{ plans }] = await admin('GET', 'packages');
    for (const { code, id: _id, prices, ...plan } of plans) {
      const current = prices.filter(({ is_current: isCurrent }: { is_current: boolean }) => isCurrent);
      const kept = current.map(({ is_current: _isCurrent, ...price }: { is_current: boolean }) => price);
      const texts = { name: marked(code), description: marked('D'), features: [marked('F')] };
      await admin('PUT', `packages/orchard/plans/${code}`, { ...plan, ...texts, prices: kept });
    }
    const offers = ['workshop-usd'];
    const steps = [
      { kind: 'one_click', offers, next_on_accept: null, next_on_decline: null, texts: translated(stepTexts) },
    ];
    const { id } = await admin('PUT', 'funnels/product/starter-kit', { steps });
    await admin('POST', `funnels/${id}/publish`, { note: marked('note') });
  }

  /** The page as it is reads these texts to the letter, and has made nothing of them. */
  async function expectTexts(shopper: Shopper, texts: readonly string[]): Promise<void> {
    await shopper.reads(texts[0] ?? '');
    const { read, ran, images } = await shopper.page.evaluate(() => ({
      read: document.body.innerText,
      ran: (window as { ran?: number }).ran,
      images: document.querySelectorAll('img[src="x"], img[onerror]').length,
    }));
    expect({ ran, images }).toEqual({ ran: undefined, images: 0 });
    expect(texts.filter((text) => !read.includes(text))).toEqual([]);
  }

  it('is shown as it was written, and nothing of it runs: in the shop, on the upsell page and after it', async () => {
    const ana = await Shopper.open(browser, world, { locale: 'en' });
    await ana.press('Continue as Ana');
    await plantMarkup();
    await ana.page.reload();
    await expectTexts(ana, [marked('orchard-basic'), marked('D'), marked('F')]);
    await ana.page.locator('[data-extra="kit"] button').click();
    await ana.pay(GOOD_CARD, 'Pay');
    const { headline, body, accept_label: yes, decline_label: no } = stepTexts;
    await ana.page.getByRole('heading', { level: 1, name: 'H <img' }).waitFor();
    await expectTexts(ana, [headline, body, yes, no, marked('N'), marked('D'), marked('P')]);
    await ana.page.getByRole('button', { name: 'Y <img' }).click();
    await ana.page.locator('h1', { hasNotText: 'H <img' }).waitFor();
    await expectTexts(ana, [marked('N'), marked('L')]);
    await ana.leave(); // refuses complaints: what a policy had stopped would be one
  });
});
