import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { DESKTOP, launchBrowser } from './browser.js';
import { Shopper } from './shopper.js';
import { startWorld, type World } from './world.js';

const GOOD_CARD = '4242424242424242';
/** Attaches, then every charge is declined. */
const DECLINING_CARD = '4000000000000341';

let world: World;
let browser: Browser;

beforeAll(async () => {
  world = await startWorld('storefront');
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** Rows that a group's wishes and plan changes left in the database. */
async function countChanges(group: string): Promise<{ requests: number; pending: number }> {
  const [row] = await world.application.database.query<{ requests: number; pending: number }>(
    `SELECT (SELECT count(*)::int FROM plan_change_requests r WHERE r.subscription_id = s.id) AS requests,
            (SELECT count(*)::int FROM subscription_histories h
             WHERE h.subscription_id = s.id AND h.type = 'change' AND h.status = 'pending') AS pending
     FROM subscriptions s JOIN groups g ON g.id = s.group_id WHERE g.external_id = $1`,
    [group],
  );
  return row ?? { requests: 0, pending: 0 };
}

describe('a customer who changes their mind', () => {
  let grace: Shopper;
  beforeAll(async () => {
    grace = await Shopper.open(browser, world);
  });
  afterAll(() => grace.leave());

  it('signs in and sees that there is no subscription yet', async () => {
    await grace.look('01-sign-in');
    await grace.press('Continue as Grace');
    await grace.reads('No subscription yet');
    expect(await grace.texts('[data-plan] h3')).toEqual(['Free', 'Basic', 'Pro', 'Enterprise']);
    expect(await grace.texts('[data-plan] .price')).toEqual([
      '$0.00 / month',
      '$9.00 / month',
      '$29.00 / month',
      '$99.00 / month',
    ]);
    await grace.look('02-no-subscription');
  });

  it('leaves the checkout, and nothing has happened', async () => {
    await grace.press('Choose Pro');
    await grace.page.getByRole('link', { name: 'Back to the shop' }).click();
    await grace.reads('You left the checkout. Nothing was charged.');
    // Whoever has the address of a hosted page is let in.
    expect(await grace.page.content()).not.toContain('/c/pay/');
    expect(world.sandbox.ledger()).toEqual([]);
  });

  it('subscribes by checkout and sees the plan', async () => {
    await grace.press('Choose Pro');
    await grace.look('03-checkout');
    await grace.pay(GOOD_CARD);
    await grace.reads('Welcome to Pro.');
    const card = grace.page.getByRole('region', { name: 'Subscription of Harbour Books' });
    expect(await card.innerText()).toMatch(/Active\s+Pro\s+\$29\.00\s+\/ month/);
    expect(await card.innerText()).toMatch(/Renews\s+20 Dec 2026\s+in 30 days/);
    expect(await card.innerText()).toMatch(
      /Access now\s+Pro, until 23 Dec 2026\s+including 3 days of grace after the period/,
    );
    expect(await grace.history()).toEqual([['New', 'Pro', '–', 'Active', 'Paid']]);
    await grace.look('04-subscribed');
  });

  it('schedules an upgrade', async () => {
    await grace.press('Upgrade at renewal: Enterprise');
    await grace.reads('Done. On 20 Dec 2026 you switch to Enterprise.');
    await grace.reads('On 20 Dec 2026 you switch to Enterprise');
    expect(await grace.plan('enterprise').innerText()).toContain('From 20 Dec 2026');
    expect(await grace.history()).toEqual([
      ['Change', 'Enterprise', 'Pro', 'Pending', 'Pending'],
      ['New', 'Pro', '–', 'Active', 'Paid'],
    ]);
    await grace.look('05-upgrade-scheduled');
  });

  it('is warned in the API’s words before it is replaced, and keeps it', async () => {
    await grace.press('Downgrade at renewal: Basic');
    await grace.reads(
      'You already have a plan change scheduled to Enterprise. The new change will replace it. Continue?',
    );
    await grace.look('06-replace-question');
    await grace.page.getByRole('link', { name: 'No, keep the change to Enterprise' }).click();
    await grace.reads('On 20 Dec 2026 you switch to Enterprise');
    expect(await countChanges('harbour')).toEqual({ requests: 1, pending: 1 });
  });

  it('replaces it an hour later', async () => {
    await grace.press('+1 hour');
    await grace.reads('It is now 20 Nov 2026, 11:00 UTC.');
    await grace.press('Downgrade at renewal: Basic');
    await grace.press('Yes, switch to Basic instead');
    await grace.reads('Done. On 20 Dec 2026 you switch to Basic.');
    expect(await grace.history()).toEqual([
      ['Change', 'Basic', 'Pro', 'Pending', 'Pending'],
      ['Change', 'Enterprise', 'Pro', 'Taken back or replaced', '–'],
      ['New', 'Pro', '–', 'Active', 'Paid'],
    ]);
    for (const width of [721, 1080, 1280]) {
      await grace.page.setViewportSize({ width, height: 900 });
      const table = await grace.page.locator('table.history').boundingBox();
      const section = await grace.page.locator('#region-history').boundingBox();
      expect(table?.width).toBe(section?.width);
    }
    await grace.page.setViewportSize(DESKTOP);
    await grace.look('07-replaced');
  });

  it('undoes it the next day', async () => {
    await grace.press('+1 day');
    await grace.reads('It is now 21 Nov 2026, 11:00 UTC.');
    await grace.press('Undo the change');
    await grace.reads('The planned change is undone. You stay on your plan.');
    expect(await grace.button('Undo the change').count()).toBe(0);
    expect(await countChanges('harbour')).toMatchObject({ pending: 0 });
    await grace.look('08-undone');
  });

  it('downgrades in the billing portal a week later', async () => {
    await grace.press('+1 week');
    await grace.reads('It is now 28 Nov 2026, 11:00 UTC.');
    await grace.press('Open billing portal');
    await grace.look('09-portal');
    await grace.inPortal(async (page) => {
      await page.getByRole('button', { name: 'Choose Orchard Basic' }).click();
      await page.getByRole('status').waitFor();
    });
    await grace.reads('On 20 Dec 2026 you switch to Basic');
    expect((await grace.history())[0]).toEqual(['Change', 'Basic', 'Pro', 'Pending', 'Pending']);
    await grace.look('10-downgrade-scheduled');
  });

  it('moves the clock to the renewal, where the plan switches before it is paid', async () => {
    await grace.press('To the next renewal');
    await grace.reads('It is now 20 Dec 2026, 10:00 UTC.');
    expect(await grace.history()).toEqual([
      ['Change', 'Basic', 'Pro', 'Active', 'Pending'],
      ['Change', 'Basic', 'Pro', 'Taken back or replaced', '–'],
      ['Change', 'Enterprise', 'Pro', 'Taken back or replaced', '–'],
      ['New', 'Pro', '–', 'Past', 'Paid'],
    ]);
    expect(await grace.plan('basic').innerText()).toContain('Your plan');
    expect((await grace.texts('.facts dd'))[1]).toBe('Basic, until 23 Dec 2026\nlonger as soon as this period is paid');
    await grace.look('11-renewed');
  });

  it('moves the clock one hour further, and it is paid', async () => {
    await grace.press('+1 hour');
    await grace.reads('It is now 20 Dec 2026, 11:00 UTC.');
    expect((await grace.history())[0]).toEqual(['Change', 'Basic', 'Pro', 'Active', 'Paid']);
    expect(world.sandbox.ledger().map(({ amount, outcome }) => [amount, outcome])).toEqual([
      [2900, 'succeeded'],
      [900, 'succeeded'],
    ]);
    await grace.look('12-paid');
  });

  it('cancels at the end of the period, and resumes', async () => {
    await grace.page.getByRole('link', { name: 'Cancel at period end' }).click();
    await grace.reads('It ends on 20 Jan 2027. Until then you keep what you have paid for.');
    await grace.look('13-cancel-question');
    await grace.press('Yes, cancel at period end');
    await grace.reads('Your subscription ends on 20 Jan 2027');
    expect(await grace.texts('.facts dd')).toEqual(['20 Jan 2027\nin 31 days', 'Basic, until 20 Jan 2027', 'Stripe']);
    await grace.look('14-canceling');
    await grace.press('Resume the subscription');
    await grace.reads('Welcome back. The subscription renews again.');
    expect(await grace.texts('.facts dt')).toEqual(['Renews', 'Access now', 'Paid through']);
  });

  it('cancels for good, and can start again', async () => {
    await grace.page.getByRole('link', { name: 'Cancel at period end' }).click();
    await grace.press('Yes, cancel at period end');
    await grace.press('To the end of the period');
    await grace.reads('Your subscription ended on 20 Jan 2027');
    expect(await grace.texts('.facts dd')).toEqual(['20 Jan 2027', 'None\nthe subscription has ended', 'Stripe']);
    expect((await grace.history()).map(([, , , status]) => status)).not.toContain('Active');
    await grace.look('15-ended');
    await grace.press('Choose Free');
    await grace.look('16-checkout-free');
    await grace.page.getByRole('button', { name: 'Subscribe' }).click();
    await grace.reads('Welcome to Free.');
    expect((await grace.history())[0]).toEqual(['New', 'Free', '–', 'Active', 'Nothing to pay']);
    await grace.look('17-free');
  });
});

describe('a customer whose card declines (in Portuguese, on a phone)', () => {
  let ana: Shopper;
  beforeAll(async () => {
    ana = await Shopper.open(browser, world, { viewport: { width: 390, height: 844 } });
  });
  afterAll(() => ana.leave());

  it('is told that the payment is overdue', async () => {
    await ana.press('Continue as Ana');
    await ana.press('Escolher Basic');
    await ana.pay(GOOD_CARD);
    await ana.reads('Boas-vindas ao Basic.');
    await ana.press('Abrir o portal de cobrança');
    await ana.useCardInPortal(DECLINING_CARD);
    await ana.press('1 hora após a renovação');
    await ana.reads('Pagamento atrasado');
    await ana.reads('O último pagamento falhou');
    expect((await ana.history())[0]).toEqual(['Renovação', 'Basic', '–', 'Ativa', 'Falhou']);
    await ana.look('20-past-due');
  });

  it('recovers with a working card', async () => {
    await ana.press('Atualizar o cartão no portal de cobrança');
    await ana.useCardInPortal(GOOD_CARD);
    await ana.reads('o provedor tenta a cobrança de novo sozinho em alguns dias');
    await ana.press('+1 semana');
    await ana.reads('Ativa');
    expect((await ana.history())[0]).toEqual(['Renovação', 'Basic', '–', 'Ativa', 'Pago']);
    expect(await ana.page.getByText('O último pagamento falhou').count()).toBe(0);
    await ana.look('21-recovered');
  });
});

describe('a group with an owner and a member (in Vietnamese)', () => {
  let linh: Shopper;
  beforeAll(async () => {
    // Without the script, so that it is the server alone that makes two presses one.
    linh = await Shopper.open(browser, world, { javaScript: false });
    await linh.press('Continue as Linh');
    await linh.press('Chọn Basic');
    await linh.pay(GOOD_CARD);
    await linh.reads('Chào mừng đến với Basic.');
  });
  afterAll(() => linh.leave());

  it('makes one change of a double click', async () => {
    await linh.button('Nâng cấp khi gia hạn: Pro').dblclick();
    await linh.reads(/bạn chuyển sang Pro/);
    await linh.look('30-scheduled-vi');
    expect(await countChanges('acme')).toEqual({ requests: 1, pending: 1 });
    expect(await linh.page.getByRole('alert').count()).toBe(0);
  });

  it('asks before replacing in the document’s words', async () => {
    await linh.press('Nâng cấp khi gia hạn: Enterprise');
    await linh.reads('Thay thế thay đổi đã lên lịch?');
    expect(await linh.texts('.question .lead')).toEqual([
      'Bạn đã có thay đổi gói đã lên lịch sang Pro. Thay đổi mới sẽ thay thế thay đổi cũ. Tiếp tục?',
    ]);
    await linh.look('30b-question-vi');
  });

  it('tells the member that they may not change it, in the document’s words', async () => {
    const bruno = await Shopper.open(browser, world);
    await bruno.press('Continue as Bruno');
    await bruno.press('Tiếng Việt');
    await bruno.reads('Thành viên nhóm Acme');
    await bruno.look('31-member');
    await bruno.press('Nâng cấp khi gia hạn: Enterprise');
    const alert = bruno.page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toContain('User không được ủy quyền quản lý subscription này.');
    expect(await alert.innerText()).toContain('403 subscription_not_authorized');
    await bruno.look('32-refused');
    await bruno.leave();
    expect(await countChanges('acme')).toEqual({ requests: 1, pending: 1 });
  });

  it('keeps what was paid for until the upgrade is paid', async () => {
    await linh.page.goto('/');
    await linh.press('Đến lần gia hạn tới');
    await linh.reads('Pro mở ngay khi được thanh toán. Đến lúc đó bạn vẫn dùng Basic.');
    expect((await linh.history())[0]).toEqual(['Đổi gói', 'Pro', 'Basic', 'Hiệu lực', 'Đang chờ']);
    await linh.look('33-upgrade-unpaid');
    await linh.press('+1 giờ');
    await linh.reads(/^Pro, đến /);
    expect((await linh.history())[0]).toEqual(['Đổi gói', 'Pro', 'Basic', 'Hiệu lực', 'Đã thanh toán']);
  });
});
