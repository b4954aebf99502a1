import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UnitOfWork } from '../../../src/common/database/index.js';
import { FunnelService } from '../../../src/upsell/funnel.service.js';
import { startApplication, type StartedApplication } from '../../support/application.js';
import { ADMIN_KEY, expectProblem, startApi } from '../identity/support.js';
import { fillCatalogue, funnelsOf, readIds, step } from './funnels.support.js';

let first: StartedApplication;
/** Another instance of the service on the same database. */
let second: StartedApplication;
let funnels: ReturnType<typeof funnelsOf>;
let offers: Record<string, string>;
let products: Record<string, string>;

beforeAll(async () => {
  first = await startApi('funnels-switch');
  second = await startApplication({
    name: 'funnels-switch',
    database: first.database,
    environment: { PROCESS_ROLE: 'api', ADMIN_API_KEY: ADMIN_KEY },
  });
  funnels = funnelsOf(first);
  await fillCatalogue(first);
  offers = await readIds(first, 'offers');
  products = await readIds(first, 'products');
});
afterAll(async () => {
  await second.close();
  await first.close();
});

/** What an instance would offer after this was bought. */
const resolve = (application: StartedApplication, offer: string, product: string | null) =>
  application.app.get(UnitOfWork, { strict: false }).run((tx) =>
    serviceOf(application).resolve(tx, {
      offerId: offers[offer]!,
      productId: product === null ? null : products[product]!,
    }),
  );
const serviceOf = (application: StartedApplication) => application.app.get(FunnelService, { strict: false });

const publishNew = async (path: string, steps: readonly object[]): Promise<string> => {
  const { body } = await funnels.put(path, steps);
  expect((await funnels.publish(body.id)).status).toBe(201);
  return body.id;
};

describe('what is offered after a sale', () => {
  test('is the funnel of the offer, else of the product, else nothing; drafts count for nothing', async () => {
    expect(await resolve(first, 'camera', 'camera')).toBeUndefined();
    const ofProduct = await publishNew('product/camera', [step(['bag'])]);
    expect((await resolve(first, 'camera', 'camera'))?.funnelUuid).toBe(ofProduct);
    const { body: draft } = await funnels.put('offer/camera', [step(['lens'])]);
    expect((await resolve(first, 'camera', 'camera'))?.funnelUuid).toBe(ofProduct);
    await funnels.publish(draft.id);
    expect((await resolve(first, 'camera', 'camera'))?.funnelUuid).toBe(draft.id);
    expect((await resolve(first, 'camera-outlet', 'camera'))?.funnelUuid).toBe(ofProduct);
    expect(await resolve(first, 'pro', null)).toBeUndefined();
  });

  test('is the current version whole: its steps, and their offers in order', async () => {
    const id = await publishNew('offer/lens', [
      step(['tripod', 'bag', 'course'], { kind: 'multi_offer', next_on_decline: 1, countdown_seconds: 60 }),
      { kind: 'external', texts: {}, external_url: 'https://shop.test/' },
    ]);
    const version = await resolve(first, 'lens', 'lens');
    expect(version).toEqual({
      id: expect.any(String),
      funnelUuid: id,
      number: 1,
      steps: [
        {
          uuid: expect.any(String),
          position: 0,
          kind: 'multi_offer',
          offerIds: [offers['tripod'], offers['bag'], offers['course']],
          nextOnAccept: null,
          nextOnDecline: 1,
          texts: { vi: { headline: 'Thêm một món nữa?', body: null, acceptLabel: null, declineLabel: null } },
          image: null,
          countdownSeconds: 60,
          externalUrl: null,
        },
        expect.objectContaining({ position: 1, kind: 'external', offerIds: [], externalUrl: 'https://shop.test/' }),
      ],
    });
    const service = serviceOf(second);
    expect(await service.loadVersion(version!.id)).toEqual(version);
    expect(await service.loadVersion(version!.id)).toEqual(version); // from memory
    await expect(service.loadVersion('999999')).rejects.toThrow('There is no funnel version 999999.');
    expect(await service.isKilled('999999')).toBe(true);
  });

  test('follows publications and rollbacks at once, on every instance', async () => {
    const id = await publishNew('offer/bag', [step(['lens'])]);
    await funnels.put('offer/bag', [step(['course'])]);
    await funnels.publish(id);
    expect((await resolve(second, 'bag', 'bag'))?.number).toBe(2);
    await funnels.rollBack(id, 1);
    expect((await resolve(second, 'bag', 'bag'))?.number).toBe(1);
  });
});

describe('the kill switch', () => {
  test('of a funnel is known to another instance at its next request, and can be turned twice', async () => {
    const id = await publishNew('offer/course', [step(['lens'])]);
    const underneath = await publishNew('product/course', [step(['bag'])]);
    const version = (await resolve(second, 'course', 'course'))!;
    expect(version.funnelUuid).toBe(id);
    expect(await serviceOf(second).isKilled(version.id)).toBe(false);

    const killed = await funnels.kill(id);
    expect(killed.body).toMatchObject({ id, is_killed: true, published_version: 1 });
    expect((await funnels.kill(id)).body).toEqual(killed.body);
    // Not the product's funnel instead: whoever kills wants nothing to be offered there.
    expect(await resolve(second, 'course', 'course')).toBeUndefined();
    expect(await serviceOf(second).isKilled(version.id)).toBe(true);
    expect((await funnelsOf(second).get('offer/course')).body.is_killed).toBe(true);
    expect((await funnelsOf(second).get('product/course')).body).toMatchObject({ id: underneath, is_killed: false });

    const revived = await funnels.revive(id);
    expect(revived.body.is_killed).toBe(false);
    expect((await funnels.revive(id)).body).toEqual(revived.body);
    expect((await resolve(second, 'course', 'course'))?.id).toBe(version.id);
  });

  test('of everything stops every funnel, and lets run what is not killed itself', async () => {
    const kept = await publishNew('offer/tripod', [step(['lens'])]);
    const dead = await publishNew('product/tripod', [step(['bag'])]);
    await funnels.kill(dead);
    const version = (await resolve(second, 'tripod', 'tripod'))!;
    expect((await funnels.getSwitch()).body).toEqual({ is_killed: false });
    expect((await funnels.putSwitch(true)).body).toEqual({ is_killed: true });
    expect((await funnels.putSwitch(true)).status).toBe(200);
    expect((await funnelsOf(second).getSwitch()).body).toEqual({ is_killed: true });
    expect(await resolve(second, 'tripod', 'tripod')).toBeUndefined();
    expect(await serviceOf(second).isKilled(version.id)).toBe(true);
    await funnels.putSwitch(false);
    expect((await resolve(second, 'tripod', 'tripod'))?.funnelUuid).toBe(kept);
    expect((await funnels.get('product/tripod')).body.is_killed).toBe(true);
    expectProblem(await funnels.putSwitch('yes'), 422, 'validation_failed');
  });
});
