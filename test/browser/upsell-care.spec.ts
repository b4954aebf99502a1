import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { gunzipSync } from 'node:zlib';
import { DESKTOP, launchBrowser, PHONE } from './browser.js';
import { findFaintTexts } from './contrast.js';
import { ScriptedApi } from './scripted-api.js';
import { UpsellVisit } from './upsell-visit.js';
import {
  charging,
  inSeconds,
  item,
  offer,
  order,
  over,
  PICTURE,
  SQUARE,
  step,
  THANK_YOU,
  UPSELL,
  view,
} from './upsell-views.js';
import type { View } from '../../src/upsell/pages/assets/view.types.js';

/** The narrowest phones that are sold: WCAG 2.2's reflow asks for this width. */
const NARROW = { width: 320, height: 640 };

const plan = offer({
  name: 'Pro',
  amount: 2_900,
  interval: { unit: 'month', count: 1 },
  compare: { current_plan: 'Basic', current_amount: 900, difference: 2_000 },
});
const several = view({
  step: step({
    image: PICTURE,
    expires_at: inSeconds(900),
    offers: [offer({ image: SQUARE }), { ...plan, offer_uuid: '3f1c1c0e-7a0a-4f0e-9d0b-0d6c5c1a2b03' }],
  }),
  last_failure: { code: 'card_declined', message: 'The bank declined this card. Nothing was charged.' },
});
const pix = charging({
  kind: 'pix',
  pix: { code: '000201'.repeat(30), qr_image: SQUARE, expires_at: inSeconds(3_600) },
});
const STATES: readonly (readonly [name: string, state: View])[] = [
  ['offer', view({ step: step({ offers: [plan] }) })],
  ['several', several],
  ['expired', view({ step: step({ is_expired: true, expires_at: inSeconds(-1) }) })],
  ['processing', charging({ kind: 'processing' })],
  ['authenticate', charging({ kind: 'authenticate', url: 'https://bank.test/3ds' })],
  ['pix', pix],
];
const ORDER = order({
  sale: { ...order().sale, status: 'extended' },
  items: [item({ image: SQUARE }), item({ name: 'Live workshop', status: 'refunded' }), item({ status: 'expired' })],
  return_url: 'https://shop.test/',
});

let api: ScriptedApi;
let browser: Browser;

beforeAll(async () => {
  api = await new ScriptedApi().start();
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await api?.close();
});

/** What is wrong with the page as it is: texts too faint, width, headings, controls without a name. */
async function examine({ page }: UpsellVisit): Promise<readonly string[]> {
  const faint = await findFaintTexts(page);
  const rest = await page.evaluate(() => {
    const problems: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) problems.push(`${scrollWidth - clientWidth} px too wide`);
    if (document.querySelectorAll('h1').length !== 1) problems.push('not one h1');
    if (!document.documentElement.lang || document.title.length < 3) problems.push('no language or title');
    for (const control of document.querySelectorAll<HTMLInputElement>('input, select, textarea')) {
      const named = control.labels?.length || control.getAttribute('aria-labelledby');
      if (!named) problems.push(`without a name: ${control.outerHTML}`);
    }
    for (const control of document.querySelectorAll<HTMLElement>('button, .button, select, label.choice')) {
      const { width, height } = control.getBoundingClientRect();
      if (width < 44 || height < 44) problems.push(`too small to be touched: ${control.textContent}`);
    }
    for (const image of document.querySelectorAll('img')) {
      if (image.getAttribute('alt') === null) problems.push('a picture without alt');
    }
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    if (new Set(ids).size !== ids.length) problems.push('an id twice');
    return problems;
  });
  return [...faint, ...rest];
}

describe('every state', () => {
  it.each(STATES)('(%s) is readable and fits, on a phone and a desktop, by day and by night', async (name, state) => {
    api.play(state);
    const visit = await UpsellVisit.open(browser, api.url);
    await visit.goTo(UPSELL);
    await visit.page.getByRole('heading', { level: 1 }).waitFor();
    await visit.page.getByRole('button', { disabled: true }).first().waitFor({ state: 'detached' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await visit.page.emulateMedia({ colorScheme });
      for (const size of [DESKTOP, PHONE, NARROW]) {
        await visit.page.setViewportSize(size);
        expect(await examine(visit)).toEqual([]);
      }
      await visit.look(`60-${name}-${colorScheme}`);
    }
    expect(await visit.leave()).toEqual([]);
  });

  it('of the order is, too', async () => {
    api.play(over('completed'));
    api.thank(ORDER);
    const visit = await UpsellVisit.open(browser, api.url);
    await visit.goTo(THANK_YOU);
    await visit.sees('Thank you');
    for (const colorScheme of ['light', 'dark'] as const) {
      await visit.page.emulateMedia({ colorScheme });
      for (const size of [DESKTOP, PHONE, NARROW]) {
        await visit.page.setViewportSize(size);
        expect(await examine(visit)).toEqual([]);
      }
      await visit.look(`61-order-${colorScheme}`);
    }
    expect(await visit.leave()).toEqual([]);
  });

  it('is spoken in the language of the sale, and money is written as that language writes it', async () => {
    const price = { amount: 123_450, currency: 'BRL', installments: [], methods: [offer().methods[0]!] };
    const said: Record<string, readonly string[]> = {};
    for (const language of ['vi', 'pt-BR', 'en'] as const) {
      api.play(view({ language, step: step({ offers: [offer(price)] }) }));
      const visit = await UpsellVisit.open(browser, api.url, { locale: 'en' });
      await visit.goTo(UPSELL);
      const [yes, no] = [visit.page.locator('.button').first(), visit.page.locator('.button').last()];
      await yes.waitFor();
      said[(await visit.page.locator('html').getAttribute('lang')) ?? ''] = [
        (await yes.innerText()).replaceAll('\u00a0', ' '),
        await no.innerText(),
      ];
      await visit.look(`62-${language}`);
      expect(await visit.leave()).toEqual([]);
    }
    expect(said).toEqual({
      vi: ['Có, thêm vào đơn hàng\n1.234,50 R$, đã gồm thuế · Visa •••• 4242', 'Không, cảm ơn\nKhông bị trừ tiền'],
      'pt-BR': [
        'Sim, incluir no meu pedido\nR$ 1.234,50, impostos incluídos · Visa •••• 4242',
        'Não, obrigado\nNada será cobrado',
      ],
      en: ['Yes, add it to my order\nR$1,234.50, tax included · Visa •••• 4242', 'No, thank you\nNothing is charged'],
    });
  });

  it.each([
    ['JPY', 4_900, '¥4,900'],
    ['KWD', 4_905, 'KWD 4.905'],
    ['USD', 5, '$0.05'],
    ['VND', 1_250_000, '₫1,250,000'],
  ])('writes %s with its own decimals', async (currency, amount, written) => {
    api.play(view({ step: step({ offers: [offer({ currency, amount, installments: [] })] }) }));
    const visit = await UpsellVisit.open(browser, api.url);
    await visit.goTo(UPSELL);
    await visit.sees('Start faster');
    expect(await visit.label(/Yes/)).toContain(`${written}, tax included`);
    expect(await visit.leave()).toEqual([]);
  });
});

describe('with the keyboard alone', () => {
  it('a step is read from its heading, chosen from, and accepted only by its button', async () => {
    api.play(view({ step: step({ offers: several.step?.offers ?? [] }) }));
    api.on('payment', () => ({ status: 200, body: over('completed') }));
    api.thank(ORDER);
    const visit = await UpsellVisit.open(browser, api.url);
    await visit.goTo(UPSELL);
    await visit.sees('Start faster');
    const { keyboard } = visit.page;
    const focused = () => visit.page.evaluate(() => document.activeElement?.textContent?.trim().slice(0, 20) ?? '');
    const isFocused = async (name: string) => {
      const field = visit.page.getByRole('radio', { name });
      expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
      return field;
    };
    expect(await focused()).toBe('Start faster, togeth');
    await visit.button(/Yes/).and(visit.page.locator(':enabled')).waitFor();
    await keyboard.press('Tab');
    await isFocused('Live workshop');
    await keyboard.press('Enter'); // on a choice it does not buy
    await keyboard.press('ArrowDown');
    const chosen = await isFocused('Pro');
    expect(await chosen.isChecked()).toBe(true);
    const ring = await visit.page
      .locator('.choice:has(:checked)')
      .first()
      .evaluate((e) => getComputedStyle(e).outline);
    expect(ring).toContain('solid 3px');
    await keyboard.press('Tab');
    await isFocused('Visa');
    await keyboard.press('Tab');
    expect(await focused()).toContain('Yes, add it');
    expect(await visit.button(/Yes/).evaluate((element) => getComputedStyle(element).outline)).toContain('solid 3px');
    await keyboard.press('Tab');
    expect(await focused()).toContain('No, thank you');
    await keyboard.press('Shift+Tab');
    expect(api.of('payment')).toEqual([]);
    await keyboard.press('Enter');
    await visit.sees('Thank you');
    expect(await focused()).toBe('Thank you for your o');
    expect(api.of('payment')).toHaveLength(1);
    expect(await visit.leave()).toEqual([]);
  });
});

describe('the files of the pages', () => {
  const fetchOf = async (path: string, encoding = 'gzip') => {
    const { request } = await import('node:http');
    return new Promise<{ headers: NodeJS.Dict<string | string[]>; status: number; body: Buffer }>((resolve, reject) => {
      const asked = request(`${api.url}${path}`, { headers: { 'accept-encoding': encoding } }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ headers: response.headers, status: response.statusCode ?? 0, body: Buffer.concat(parts) }),
        );
      });
      asked.on('error', reject);
      asked.end();
    });
  };

  it.each(['/upsell-native', '/thank-you'])('%s allows nothing from elsewhere and nothing inline', async (path) => {
    const { headers, body } = await fetchOf(path);
    expect(headers['content-security-policy']).toContain("default-src 'self';img-src 'self' data:");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(headers['cache-control']).toBe('no-cache');
    expect(gunzipSync(body).toString()).toContain('<script type="module"');
  });

  it('are kept for ever under their version alone', async () => {
    const page = (await fetchOf('/upsell-native', 'identity')).body.toString();
    const path = /src="([^"]+upsell\.js)"/.exec(page)?.[1] ?? '';
    expect((await fetchOf(path)).headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'gzip',
      'x-content-type-options': 'nosniff',
    });
    const ofAnother = await fetchOf(path.replace(/upsell\/[^/]+/, 'upsell/another-version'));
    expect(ofAnother.status).toBe(200);
    expect(ofAnother.headers['cache-control']).toBe('no-cache');
    for (const wrong of ['nothing.js', '..%2Fpage-assets.js', 'tsconfig.json', 'common/..%2F..%2Fpage-assets.ts']) {
      expect((await fetchOf(path.replace('upsell.js', wrong))).status).toBe(404);
    }
  });

  it('that a page asks for are its own, and few bytes', async () => {
    api.play(view());
    const visit = await UpsellVisit.open(browser, api.url);
    const sizes: Promise<number>[] = [];
    visit.page.on('requestfinished', (request) => {
      if (request.resourceType() === 'script')
        sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await visit.goTo(UPSELL);
    await visit.sees('Start faster');
    const script = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
    expect(sizes.length).toBeGreaterThan(10);
    expect(script).toBeLessThan(30 * 1024);
    expect(await visit.leave()).toEqual([]);
  });
});
