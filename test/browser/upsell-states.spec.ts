import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { launchBrowser } from './browser.js';
import { problem, ScriptedApi } from './scripted-api.js';
import { UpsellVisit } from './upsell-visit.js';
import {
  BOUGHT,
  charging,
  inSeconds,
  item,
  NEW_CARD,
  offer,
  order,
  over,
  PICTURE,
  PIX,
  SQUARE,
  step,
  TOKEN,
  view,
  VISA,
} from './upsell-views.js';

const UPSELL = `/upsell-native?offer=${BOUGHT}#token=${TOKEN}`;
const THANK_YOU = `/thank-you?offer=${BOUGHT}#token=${TOKEN}`;
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

const visit = async (options = {}): Promise<UpsellVisit> => UpsellVisit.open(browser, api.url, options);

/** Something that a scripted answer waits for. */
function createGate(): { readonly isOpen: Promise<void>; open(): void } {
  const gate = { open: () => {} };
  const isOpen = new Promise<void>((resolve) => (gate.open = resolve));
  return { isOpen, open: () => gate.open() };
}

const second = step({ id: '7b1d7a4c-1111-4222-8333-9b0d5a2c7e02', headline: 'No time for a date?' });

describe('a step', () => {
  it('shows what is offered and says on its button what a press charges, and to what', async () => {
    api.play(view({ step: step({ image: PICTURE, offers: [offer({ image: null })] }) }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.sees('Start faster, together with us');
    await customer.reads('Live workshop');
    await customer.reads('Two hours with our team, in a group of at most eight.');
    await customer.reads('Questions answered at once');
    await customer.reads('One payment. It does not renew.');
    expect(await customer.label(/Yes/)).toBe('Yes, add it to my order\n$49.00, tax included · Visa •••• 4242');
    await customer.look('01-one-click');
    expect(api.of('view')[0]).toMatchObject({ offer: BOUGHT, authorization: `Bearer ${TOKEN}` });
    expect(await customer.leave()).toEqual([]);
  });

  it('takes the token out of the address, and keeps it for a reload', async () => {
    api.play(view());
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.sees('Start faster');
    expect(customer.page.url()).toBe(`${api.url}/upsell-native?offer=${BOUGHT}`);
    await customer.page.reload();
    await customer.sees('Start faster');
    expect(api.of('view').every(({ authorization }) => authorization === `Bearer ${TOKEN}`)).toBe(true);
    expect(await customer.leave()).toEqual([]);
  });

  it('is reported as seen once, and then shows its countdown by the clock of the server', async () => {
    api.play(view());
    api.on('impression', () => {
      api.view = view({ step: step({ expires_at: inSeconds(600) }) });
      return { status: 204 };
    });
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.reads('This offer ends in');
    expect(await customer.page.getByRole('timer').innerText()).toMatch(/This offer ends in (10:00|9:5\d)/);
    expect(api.of('impression').map(({ body }) => body)).toEqual([{ step: step().id }]);
    await customer.look('02-countdown');
    expect(await customer.leave()).toEqual([]);
  });

  it('asks the API when its time is over, says so, and leads on', async () => {
    api.play(view({ step: step({ expires_at: inSeconds(1) }) }));
    api.on('decline', () => ({
      status: 410,
      body: problem(410, 'upsell_step_expired', 'This offer has expired.', { current: view({ step: second }) }),
    }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.sees('Start faster');
    api.view = view({ step: step({ expires_at: inSeconds(-1), is_expired: true }) });
    await customer.sees('This offer has ended');
    await customer.look('03-expired');
    await customer.press('Continue');
    await customer.sees('No time for a date?');
    expect(await customer.page.getByRole('alert').count()).toBe(0);
    expect(api.of('decline').map(({ body }) => body)).toEqual([{ step: step().id }]);
    expect(await customer.leave()).toEqual([]);
  });

  it('lets choose between offers, ways to pay and instalments, and sends what is shown', async () => {
    const planner = offer({
      offer_uuid: '3f1c1c0e-7a0a-4f0e-9d0b-0d6c5c1a2b02',
      name: 'Wall planner',
      description: 'A whole year at a glance.',
      selling_points: ['Printed on heavy paper'],
      image: SQUARE,
      amount: 9_000,
      currency: 'BRL',
      methods: [VISA, NEW_CARD, PIX],
      installments: [
        { count: 1, amount: 9_000 },
        { count: 3, amount: 3_000 },
      ],
      terms: 'terms-2',
    });
    api.play(
      view({
        step: step({
          kind: 'multi_offer',
          headline: 'Something small for your boards?',
          body: null,
          offers: [offer({ image: SQUARE }), planner],
        }),
      }),
    );
    api.on('payment', () => ({ status: 200, body: view({ step: second }) }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.page.getByRole('radio', { name: 'Wall planner R$90.00 tax included' }).check();
    await customer.look('04-several');
    await customer.page.getByRole('combobox', { name: 'Instalments' }).selectOption('3');
    expect(await customer.label(/Yes/)).toContain('R$90.00 in 3 × R$30.00, tax included · Visa •••• 4242');
    await customer.page.getByRole('radio', { name: 'Pix' }).check();
    expect(await customer.label(/Yes/)).toContain('R$90.00, tax included · by Pix');
    await customer.page.getByLabel('CPF or CNPJ').fill('123.456.789-09');
    await customer.look('05-several-pix');
    await customer.page.getByRole('radio', { name: 'Another card' }).check();
    await customer.press(/Yes/);
    await customer.sees('No time for a date?');
    await customer.reads('Done: Wall planner is part of your order.');
    expect(api.of('payment')[0]?.body).toEqual({
      step: step().id,
      offer_uuid: planner.offer_uuid,
      method: { kind: 'new_card' },
      installments: 3,
      terms: 'terms-2',
    });
    expect(await customer.leave()).toEqual([]);
  });

  it('shows what a plan costs today before it can be accepted', async () => {
    const plan = offer({
      name: 'Pro',
      description: 'Unlimited boards.',
      amount: 2_900,
      interval: { unit: 'month', count: 1 },
      compare: { current_plan: 'Basic', current_amount: 900, difference: 2_000 },
      quote_required: true,
      methods: [VISA],
    });
    api.play(view({ step: step({ kind: 'plan_upgrade', headline: 'More room for your team', offers: [plan] }) }));
    const gate = createGate();
    const quote = {
      quote_id: '9d0f6a0c-0000-4000-8000-000000000001',
      amount: 1_234,
      currency: 'USD',
      method: { brand: 'mastercard', last4: '4444' },
      expires_at: inSeconds(900),
      terms: 'terms-of-the-quote',
    };
    api.on('quote', async () => {
      await gate.isOpen;
      return { status: 200, body: quote };
    });
    api.on('payment', () => ({ status: 200, body: view({ step: second }) }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.reads('Today you have Basic for $9.00 per month. This is $20.00 per month more.');
    await customer.reads('Working out today’s price…');
    await eventually(() => customer.button(/No, thank you/).isEnabled());
    expect(await customer.button(/Yes/).isDisabled()).toBe(true);
    gate.open();
    await customer.reads(/\$12\.34 today/);
    expect(await customer.label(/Yes/)).toContain('$12.34 today, tax included · Mastercard •••• 4444');
    await customer.reads('Renews at $29.00 per month until you cancel.');
    await customer.look('06-plan');
    await customer.press(/Yes/);
    await customer.sees('No time for a date?');
    expect(api.of('quote').map(({ body }) => body)).toEqual([{ step: step().id, offer_uuid: plan.offer_uuid }]);
    expect(api.of('payment')[0]?.body).toMatchObject({ terms: 'terms-of-the-quote', quote_id: quote.quote_id });
    expect(await customer.leave()).toEqual([]);
  });

  it('cannot be accepted while the price of today is not known, and can be asked again', async () => {
    const plan = offer({ interval: { unit: 'year', count: 1 }, quote_required: true, methods: [VISA] });
    api.play(view({ step: step({ offers: [plan] }) }));
    api.on('quote', () => ({
      status: 502,
      body: problem(502, 'provider_unavailable', 'The provider does not answer.'),
    }));
    customer = await visit();
    await customer.goTo(UPSELL);
    await customer.reads('The provider does not answer.');
    expect(await customer.button(/Yes/).isDisabled()).toBe(true);
    await customer.look('07-no-quote');
    api.on('quote', () => ({
      status: 200,
      body: { quote_id: 'q', amount: 0, currency: 'USD', method: null, expires_at: inSeconds(900), terms: 'q' },
    }));
    await customer.press('Try again');
    await customer.reads(/\$0\.00 today/);
    await eventually(() => customer.button(/Yes/).isEnabled());
    expect(await customer.leave()).toEqual([]);
  });
});

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
    const place = await customer.button(/Yes/).boundingBox();
    const [x, y] = [(place?.x ?? 0) + 20, (place?.y ?? 0) + 20];
    await customer.button(/Yes/).click();
    for (let presses = 0; presses < 8; presses++) await customer.page.mouse.click(x, y, { delay: 5 });
    await customer.sees('No time for a date?');
    expect(api.of('payment')).toHaveLength(1);
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
    await customer.goTo(`/upsell-native?offer=${BOUGHT}`);
    await customer.reads('We are asking whether it worked.');
    await customer.look('15-returning');
    api.view = view({ step: second });
    await customer.sees('No time for a date?');
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
