import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StartedApplication } from '../../support/application.js';
import { PICTURES, shopOf } from '../catalog/support.js';
import { ADMIN_KEY, expectProblem, startApi, tally, times } from '../identity/support.js';
import { fillCatalogue, FUNNELS, funnelsOf, step, toExample } from './funnels.support.js';

let application: StartedApplication;
let funnels: ReturnType<typeof funnelsOf>;
let shop: ReturnType<typeof shopOf>;

beforeAll(async () => {
  application = await startApi('funnels');
  funnels = funnelsOf(application);
  shop = shopOf(application);
  await fillCatalogue(application);
});
afterAll(() => application.close());

const publishNew = async (path: string, steps: readonly object[]) => {
  const { body } = await funnels.put(path, steps);
  const published = await funnels.publish(body.id);
  expect(published.status).toBe(201);
  return { id: body.id as string, version: published.body };
};

describe('drafts', () => {
  test('are kept whole, finished or not, with what keeps them from being published', async () => {
    const steps = [
      step(['lens'], {
        next_on_decline: 1,
        countdown_seconds: 900,
        texts: { vi: { headline: 'Ống kính?', body: 'Chỉ hôm nay', accept_label: 'Có' }, en: { headline: 'A lens?' } },
      }),
      step(['nothing-yet'], { next_on_accept: 3 }),
    ];
    const saved = await funnels.put('offer/camera', steps);
    expect(saved.status).toBe(200);
    const vi = { headline: 'Ống kính?', body: 'Chỉ hôm nay', accept_label: 'Có', decline_label: null };
    expect(saved.body).toMatchObject({
      level: 'offer',
      code: 'camera',
      is_killed: false,
      published_version: null,
      problems: [
        { step: 1, rule: 'next_missing', message: 'next_on_accept leads to step 3, which does not exist.' },
        { step: 1, rule: 'offer_unknown', message: 'There is no offer nothing-yet.' },
      ],
    });
    expect(saved.body.draft.steps[0]).toEqual({
      kind: 'one_click',
      offers: ['lens'],
      next_on_accept: null,
      next_on_decline: 1,
      texts: { vi, en: { headline: 'A lens?', body: null, accept_label: null, decline_label: null } },
      image: null,
      countdown_seconds: 900,
      external_url: null,
    });
    expect((await funnels.get('offer/camera')).body).toEqual(saved.body);
    const again = await funnels.put('offer/camera', steps);
    expect(again.body).toEqual(saved.body);
    expect((await funnels.call('GET', '')).body).toContainEqual(
      expect.objectContaining({ id: saved.body.id, level: 'offer', code: 'camera' }),
    );
  });

  test('validation lists every field', async () => {
    const wrong = {
      kind: 'popup',
      offers: times(7, (n) => `offer-${n}`),
      next_on_accept: -1,
      next_on_decline: 20,
      texts: { vi: { headline: '' }, fr: { headline: 'Non' } },
      image: 'https://cdn.test/a.png',
      countdown_seconds: 29,
      external_url: 'javascript:alert(1)',
      price: 1,
    };
    const answer = await funnels.put('offer/lens', [step(['lens']), wrong]);
    expectProblem(answer, 422, 'validation_failed');
    const fields = answer.body.errors.map(({ field }: { field: string }) => field.replace('steps.1.', ''));
    const { texts: _texts, ...others } = wrong;
    expect(new Set(fields)).toEqual(new Set([...Object.keys(others), 'texts.vi.headline', 'texts.fr']));
    expectProblem(
      await funnels.put(
        'offer/lens',
        times(21, () => step(['lens'])),
      ),
      422,
      'validation_failed',
    );
    expectProblem(await funnels.put('offer/lens', [null as never]), 422, 'validation_failed');
    expectProblem(await funnels.get('offer/lens'), 404, 'funnel_not_found');
  });

  test('of the example in the documentation can be saved as it stands', async () => {
    const { body: document } = await application.call('GET', '/openapi.json');
    const { requestBody } = document.paths[`${FUNNELS}/offer/{code}`].put;
    const example = toExample(document, requestBody.content['application/json'].schema);
    const saved = await funnels.call('PUT', '/offer/bag', example);
    expect(saved.status).toBe(200);
    expect(saved.body.problems).toEqual([{ step: 0, rule: 'offer_unknown', message: 'There is no offer presets.' }]);
    expect(saved.body.draft.steps).toMatchObject([
      { kind: 'one_click', offers: ['presets'], next_on_accept: null, next_on_decline: null, image: null },
    ]);
  });

  test('of what is not sold are refused', async () => {
    expectProblem(await funnels.put('offer/nowhere', []), 404, 'offer_not_found');
    expectProblem(await funnels.put('product/nowhere', []), 404, 'product_not_found');
    expectProblem(await funnels.get('product/tripod'), 404, 'funnel_not_found');
  });

  test('many at once make one funnel', async () => {
    const answers = await Promise.all(times(10, () => funnels.put('product/tripod', [step(['lens'])])));
    expect(tally(answers)).toEqual({ '200': 10 });
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  });

  test('are for administrators', async () => {
    expectProblem(await application.call('GET', FUNNELS), 401, 'unauthenticated');
    const body = { name: 'storefront', scopes: ['service'] };
    const { key } = (await application.call('POST', '/api/v1/admin/api-keys', { apiKey: ADMIN_KEY, body })).body;
    expectProblem(await application.call('GET', FUNNELS, { apiKey: key }), 403, 'forbidden');
  });
});

describe('publication', () => {
  test('a draft with problems is refused with all of them, and nothing is published', async () => {
    const { body } = await funnels.put('offer/bag', [
      step(['bag'], { next_on_accept: 0, texts: { en: { headline: 'Again?' } } }),
      step(['strap-usd'], { kind: 'pix_or_card', image: `/media/${'0'.repeat(64)}` }),
      { kind: 'external', texts: {}, external_url: 'https://evil.test/' },
    ]);
    const answer = await funnels.publish(body.id);
    expectProblem(answer, 422, 'funnel_invalid');
    const rules = (problems: { step: number; rule: string }[]) => problems.map((item) => `${item.step} ${item.rule}`);
    expect(rules(answer.body.problems)).toEqual([
      '0 headline_missing',
      '0 offer_bought',
      '0 never_ends',
      '1 image_unknown',
      '1 pix_missing',
      '1 offer_not_payable',
      '1 step_unreachable',
      '2 external_url_not_allowed',
      '2 step_unreachable',
    ]);
    expect(answer.body.problems).toEqual(body.problems);
    expect(answer.body.errors[1]).toEqual({
      field: 'steps.0',
      message: 'offer_bought: Offer bag sells what was just bought.',
    });
    expect((await funnels.call('GET', `/${body.id}/versions`)).body).toEqual([]);
  });

  test('makes the draft a version, with who did it, and later drafts do not touch it', async () => {
    const image = (await shop.upload(PICTURES.png)).body.path;
    const steps = [
      step(['lens'], { next_on_accept: 1, next_on_decline: 2, image }),
      step(['bag', 'course'], { kind: 'multi_offer' }),
      { kind: 'external', texts: {}, external_url: 'https://shop.test/done' },
    ];
    const { body: funnel } = await funnels.put('offer/tripod', steps);
    const published = await funnels.publish(funnel.id, { note: 'First' });
    expect(published.status).toBe(201);
    expect(published.body).toMatchObject({ number: 1, note: 'First', is_current: true });
    expect(published.body.published_by).toBe('ADMIN_API_KEY');
    expect(published.body.published_at).toBe(application.clock.now().toISOString());
    expect(published.body.steps.map(({ id: _id, ...rest }: { id: string }) => rest)).toEqual(funnel.draft.steps);

    await funnels.put('offer/tripod', [step(['bag'])]);
    expect((await funnels.call('GET', `/${funnel.id}/versions/1`)).body).toEqual(published.body);
    const second = await funnels.publish(funnel.id);
    expect(second.body).toMatchObject({ number: 2, note: null });
    const listed = (await funnels.call('GET', `/${funnel.id}/versions`)).body;
    expect(listed.map((item: { number: number; is_current: boolean }) => [item.number, item.is_current])).toEqual([
      [2, true],
      [1, false],
    ]);
    expect((await funnels.get('offer/tripod')).body.published_version).toBe(2);
  });

  test('ten at once are ten versions, the last one current', async () => {
    const { body } = await funnels.put('product/course', [step(['bag'])]);
    const answers = await Promise.all(times(10, () => funnels.publish(body.id)));
    expect(tally(answers)).toEqual({ '201': 10 });
    const numbers = answers.map((answer) => answer.body.number as number).toSorted((a, b) => a - b);
    expect(numbers).toEqual(times(10, (n) => n + 1));
    expect((await funnels.get('product/course')).body.published_version).toBe(10);
  });

  test('what was published never changes, not even by hand', async () => {
    await publishNew('offer/course', [step(['bag'])]);
    await publishNew('product/lens', [step(['bag'])]);
    for (const statement of [
      `UPDATE upsell_funnel_versions SET note = 'x'`,
      `DELETE FROM upsell_funnel_versions`,
      `UPDATE upsell_native_offer SET texts = '{}'`,
      `DELETE FROM upsell_native_offer`,
      `UPDATE upsell_native_product SET next_on_accept = 0`,
      `UPDATE offers_upsell_native SET position = 5`,
      `DELETE FROM offers_upsell_native`,
    ]) {
      await expect(application.database.query(statement)).rejects.toThrow('is written once and never changed');
    }
  });

  test('an offer or picture that a version shows cannot be deleted', async () => {
    await publishNew('offer/lens', [step(['course'])]);
    expect((await shop.call('DELETE', 'offers/course')).status).toBe(409);
  });

  test('a plan is offered where it has a price in the currency of what was bought', async () => {
    const upgrade = step(['pro'], { kind: 'plan_upgrade' });
    expect((await funnels.put('offer/strap-pix', [upgrade])).body.problems).toEqual([]);
    const problems = (await funnels.put('offer/strap-usd', [upgrade])).body.problems;
    expect(problems.map(({ rule }: { rule: string }) => rule)).toEqual(['offer_not_payable']);
    const both = (await funnels.put('product/strap', [upgrade])).body.problems;
    expect(both.map(({ message }: { message: string }) => message)).toEqual(['No offer has a price in USD.']);
  });

  test('a product’s funnel need not cover what leads into a funnel of its own', async () => {
    await shop.putProduct('case');
    await shop.putOffer('case-usd', { product_code: 'case', allowed_methods: ['card'], currency: 'USD' });
    const problemsOfProduct = async () => (await funnels.put('product/strap', [step(['lens'])])).body.problems;
    expect(await problemsOfProduct()).toMatchObject([{ rule: 'currency_not_covered' }]);
    await publishNew('offer/strap-usd', [step(['case-usd'])]);
    expect(await problemsOfProduct()).toEqual([]);
  });

  test('of what does not exist', async () => {
    const unknown = '5f0c6f0e-3f1c-4f4b-8a53-0a4f2f9c1d11';
    expectProblem(await funnels.publish(unknown), 404, 'funnel_not_found');
    expectProblem(await funnels.publish('5'), 422, 'validation_failed');
    expectProblem(await funnels.call('GET', `/${unknown}/versions`), 404, 'funnel_not_found');
    expectProblem(await funnels.call('GET', `/${unknown}/versions/1`), 404, 'funnel_not_found');
    expectProblem(await funnels.rollBack(unknown, 1), 404, 'funnel_not_found');
    expectProblem(await funnels.kill(unknown), 404, 'funnel_not_found');
  });
});

describe('rollback', () => {
  test('makes an earlier version current again, and the draft stays', async () => {
    const { id, version } = await publishNew('product/bag', [step(['lens'])]);
    await funnels.put('product/bag', [step(['course'])]);
    await funnels.publish(id);
    const answer = await funnels.rollBack(id, 1);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...version, skipped_offers: [] });
    const funnel = (await funnels.get('product/bag')).body;
    expect(funnel).toMatchObject({ published_version: 1, draft: { steps: [{ offers: ['course'] }] } });
    expect((await funnels.publish(id)).body.number).toBe(3);
    expectProblem(await funnels.rollBack(id, 9), 404, 'funnel_version_not_found');
    expectProblem(await funnels.rollBack(id, 0), 422, 'validation_failed');
  });

  test('is not stopped by an offer that is gone: it says which ones are skipped', async () => {
    await shop.putProduct('cap');
    const cap = { product_code: 'cap', allowed_methods: ['card'] };
    await shop.putOffer('cap', cap);
    const { id } = await publishNew('product/camera', [step(['cap', 'bag'], { kind: 'multi_offer' })]);
    await shop.putOffer('cap', { ...cap, is_active: false });
    const answer = await funnels.rollBack(id, 1);
    expect(answer.status).toBe(200);
    expect(answer.body.skipped_offers).toEqual([{ step: 0, offer: 'cap', reason: 'inactive' }]);
    expectProblem(await funnels.publish(id), 422, 'funnel_invalid');
  });
});
