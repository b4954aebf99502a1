import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { eventually } from '../support/eventually.js';
import { launchBrowser } from './browser.js';
import { createGate, problem, ScriptedApi } from './scripted-api.js';
import {
  BOUGHT,
  inSeconds,
  NEW_CARD,
  offer,
  PICTURE,
  PIX,
  second,
  SQUARE,
  step,
  TOKEN,
  UPSELL,
  view,
  VISA,
} from './upsell-views.js';
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

/** Also where a test failed: a page left open would go on asking. */
afterEach(() => customer?.context.close());

const visit = (): Promise<UpsellVisit> => UpsellVisit.open(browser, api.url);

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
