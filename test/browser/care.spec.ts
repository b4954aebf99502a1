import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { DESKTOP, launchBrowser, PHONE } from './browser.js';
import { findFaintTexts } from './contrast.js';
import { Shopper } from './shopper.js';
import { startWorld, type World } from './world.js';
import { stripeOf } from '../support/settings.js';

let world: World;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld('care');
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const signIn = async (customer: string, options = {}): Promise<Shopper> => {
  const shopper = await Shopper.open(browser, world, options);
  await shopper.press(`Continue as ${customer}`);
  return shopper;
};

describe('for everybody', () => {
  it('can be used with the keyboard alone', async () => {
    const shopper = await Shopper.open(browser, world);
    const { keyboard } = shopper.page;
    const tabTo = async (name: string): Promise<void> => {
      const target = shopper.button(name);
      for (let presses = 0; presses < 60; presses++) {
        await keyboard.press('Tab');
        if (await target.evaluate((element) => element === document.activeElement)) return;
      }
      throw new Error(`no way to ${name} by Tab`);
    };
    await keyboard.press('Tab');
    expect(await shopper.page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await tabTo('Continue as Bruno');
    const outline = await shopper.button('Continue as Bruno').evaluate((element) => getComputedStyle(element).outline);
    expect(outline).toContain('solid 3px');
    await keyboard.press('Enter');
    await shopper.reads('Membro de Acme');
    await tabTo('English');
    await keyboard.press('Space');
    await shopper.reads('Member of Acme');
    expect(await shopper.page.locator('html').getAttribute('lang')).toBe('en');
    await shopper.leave();
  });

  it.each([
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ])('is readable and fits on a %s', async (_device, viewport) => {
    const shopper = await Shopper.open(browser, world, { viewport });
    const { page } = shopper;
    const check = async (): Promise<void> => {
      // Colours are those that stay: a button may still be fading into its own.
      await page.evaluate(async () => {
        await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
      });
      expect(await findFaintTexts(page)).toEqual([]);
      const wider = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wider).toBe(0);
      expect(await page.locator('h1').count()).toBe(1);
    };
    await check();
    await shopper.press('Continue as Grace');
    await shopper.reads('Subscription of Harbour Books');
    await check();
    await page.goto('/nowhere');
    await check();
    expect(await page.locator('h1').innerText()).toBe('This did not work');
    await shopper.context.close();
  });

  it('leads out of a page that is not there: home, or to the sign-in page', async () => {
    const shopper = await Shopper.open(browser, world);
    await shopper.page.goto('/nowhere');
    expect(await shopper.texts('.question a')).toEqual(['To the sign-in page']);
    await shopper.page.getByRole('link', { name: 'To the sign-in page' }).click();
    await shopper.press('Continue as Grace');
    await shopper.reads('Subscription of Harbour Books');
    await shopper.page.goto('/nowhere');
    await shopper.page.getByRole('link', { name: 'Back to the subscription' }).click();
    await shopper.reads('Subscription of Harbour Books');
    await shopper.context.close();
  });

  it('leaves no plan alone in its row', async () => {
    const shopper = await signIn('Grace');
    const { page } = shopper;
    for (const width of [1040, 1120, 1280, 1366, 1399, 1420, 1440, 1600]) {
      await page.setViewportSize({ width, height: 900 });
      const tops = await page
        .locator('[data-plan]')
        .evaluateAll((plans) => plans.map((plan) => plan.getBoundingClientRect().top));
      const rows = [...new Set(tops)].map((top) => tops.filter((other) => other === top).length);
      expect([[4], [2, 2]]).toContainEqual(rows);
    }
    await shopper.leave();
  });

  it('folds what is for developers on a phone, and remembers who unfolds it', async () => {
    const desktop = await signIn('Grace');
    expect(await desktop.page.getByText('Your last action').isVisible()).toBe(true);
    await desktop.leave();
    const shopper = await signIn('Grace', { viewport: PHONE });
    const heading = shopper.page.getByRole('heading', { name: 'Behind the scenes' });
    const action = shopper.page.getByText('Your last action');
    await action.waitFor({ state: 'hidden' }); // the script folds it once it has come
    await heading.click();
    expect(await action.isVisible()).toBe(true);
    await shopper.page.reload();
    await action.waitFor();
    await heading.click();
    await action.waitFor({ state: 'hidden' });
    await shopper.leave();
  });

  it('shows calls and answers, and no key, secret or token', async () => {
    const shopper = await signIn('Grace');
    await shopper.reads('Behind the scenes');
    const page = await shopper.page.content();
    const { auth, ...config } = world.application.config;
    const { secretKey, webhookSecrets } = stripeOf(config);
    const secrets = [auth.adminApiKey, auth.jwtSecret, secretKey, ...webhookSecrets, 'eyJ'];
    expect(secrets.filter((secret) => secret === undefined || page.includes(secret))).toEqual([]);
    expect(await shopper.texts('.call code')).toEqual([
      '/api/v1/service/users/grace',
      '/api/v1/service/groups/harbour',
      expect.stringMatching('^/api/v1/(general|service)/'),
      expect.stringMatching('^/api/v1/(general|service)/'),
      expect.stringMatching('^/api/v1/(general|service)/'),
    ]);
    await shopper.leave();
  });

  it('shows what happened elsewhere without a reload, and without taking the focus', async () => {
    const shopper = await signIn('Grace');
    await shopper.page.evaluate(() => Object.assign(document.body.dataset, { mark: 'not reloaded' }));
    await shopper.button('Switch customer').focus();
    const other = await signIn('Grace');
    await other.press('Choose Basic');
    await other.pay('4242424242424242');
    await other.reads('Welcome to Basic.');
    await other.reads('Webhook events of all customers');
    const outcomes = await other.page.locator('.events strong').allTextContents();
    expect(new Set(outcomes)).toEqual(new Set(['applied', 'not needed']));
    expect(await other.page.getByText('not needed', { exact: true }).first().isVisible()).toBe(false);
    await other.look('40-events');
    await shopper.plan('basic').getByText('Your plan').waitFor();
    expect(await shopper.page.locator('body').getAttribute('data-mark')).toBe('not reloaded');
    expect(await shopper.page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Switch customer');
    await other.leave();
    await shopper.leave();
  });

  it('makes one change of a double click also with the script', async () => {
    const shopper = await signIn('Grace');
    await shopper.button('Upgrade at renewal: Pro').dblclick();
    await shopper.reads(/^Done\. On .* you switch to Pro\.$/);
    const requests = await world.application.database.query('SELECT kind, status FROM plan_change_requests');
    expect(requests).toEqual([{ kind: 'schedule', status: 'scheduled' }]);
    await shopper.leave();
  });

  it('does nothing for a page that is out of date, and says so', async () => {
    const stale = await signIn('Grace', { javaScript: false });
    await stale.reads('Undo the change');
    const second = await stale.context.newPage();
    await second.goto('/');
    await second.getByRole('button', { name: '+1 hour' }).click();
    await second.getByText('It is now').first().waitFor();
    await stale.press('Undo the change');
    await stale.reads('That page was out of date, so nothing was done.');
    expect(await stale.button('Undo the change').count()).toBe(1);
    await stale.leave();
  });
});
