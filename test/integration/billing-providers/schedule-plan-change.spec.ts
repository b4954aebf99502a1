import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR, periodEndOf, startWorld, writesOf, type World } from './support.js';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.close());

const CREATE = 'POST /v1/subscription_schedules';
const updateOf = (scheduleId: string): string => `POST /v1/subscription_schedules/${scheduleId}`;
const schedule = (subscriptionId: string, targetPriceId: string, requestId = 'request-1') =>
  world.provider.schedulePlanChange({ subscriptionId, targetPriceId, requestId });

/** Breaks the connection at every try: the SDK sends such a request twice, and we repeat that once. */
function loseAllAnswers(path: string, isPerformed: boolean): void {
  if (isPerformed) world.sandbox.faults.api({ kind: 'loseResponse', method: 'POST', path });
  world.sandbox.faults.api({ kind: 'dropRequest', method: 'POST', path, times: isPerformed ? 3 : 4 });
}

describe('scheduling a plan change', () => {
  it('switches the price when the period ends, repeats the quantity, and prorates nothing', async () => {
    const { pro, ultra } = world.prices;
    const subscription = await world.subscribe({ items: [{ price: pro, quantity: 3 }] } as never);
    const end = periodEndOf(subscription);
    const start = subscription.items.data[0]?.current_period_start;
    world.recorder.take();

    const result = await schedule(subscription.id, ultra);

    const { schedule: attached, items } = await world.read(subscription.id);
    expect(result).toEqual({
      scheduleId: attached?.id,
      effectiveAt: end,
      phases: [
        { startAt: start, endAt: end, priceId: pro, quantity: 3 },
        { startAt: end, endAt: expect.any(Number), priceId: ultra, quantity: 3 },
      ],
    });
    expect(items.data[0]?.price.id).toBe(pro);
    expect(attached).toMatchObject({
      status: 'active',
      end_behavior: 'release',
      metadata: { uplift_request_id: 'request-1', source: 'uplift' },
    });
    expect(writesOf(world.recorder)).toEqual([CREATE, updateOf(result.scheduleId)]);

    await world.sandbox.advance({ to: new Date(end * 1_000) });
    await world.sandbox.advance({ seconds: HOUR });
    const renewed = await world.read(subscription.id);
    expect(renewed.items.data[0]).toMatchObject({ price: { id: ultra }, quantity: 3, current_period_start: end });
    expect(world.sandbox.ledger().map(({ amount }) => amount)).toEqual([9_000, 27_000]);
  });

  it('gives each step a key of the request and of its parameters', async () => {
    const subscription = await world.subscribe();
    await schedule(subscription.id, world.prices.basic, 'request-7');
    const keys = world.recorder.take().filter(({ line }) => line.startsWith('POST'));
    expect(keys.map(({ idempotencyKey }) => idempotencyKey)).toEqual([
      expect.stringMatching(/^request-7:create:[0-9a-f]{32}$/),
      expect.stringMatching(/^request-7:update:[0-9a-f]{32}$/),
    ]);
    expect(keys[1]?.body).toContain('phases[1][proration_behavior]=none');
  });

  it('writes nothing when it was already done', async () => {
    const subscription = await world.subscribe();
    const first = await schedule(subscription.id, world.prices.basic);
    world.recorder.take();
    expect(await schedule(subscription.id, world.prices.basic)).toEqual(first);
    expect(writesOf(world.recorder)).toEqual([]);
  });

  it('replaces a pending change in place, as often as asked', async () => {
    const { basic, ultra, free } = world.prices;
    const subscription = await world.subscribe();
    const { scheduleId } = await schedule(subscription.id, basic, 'request-1');
    world.recorder.take();

    for (const [index, target] of [ultra, free, basic].entries()) {
      const result = await schedule(subscription.id, target, `request-${index + 2}`);
      expect(result.scheduleId).toBe(scheduleId);
      expect(result.phases.map(({ priceId }) => priceId)).toEqual([world.prices.pro, target]);
    }

    expect(writesOf(world.recorder)).toEqual([1, 2, 3].map(() => updateOf(scheduleId)));
    const { schedule: attached } = await world.read(subscription.id);
    expect(attached?.metadata).toEqual({ uplift_request_id: 'request-4', source: 'uplift' });
  });

  it('replaces in place a change that somebody else scheduled, and keeps what is not ours', async () => {
    const { pro, basic, ultra } = world.prices;
    const subscription = await world.subscribe();
    const end = periodEndOf(subscription);
    const other = await world.stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    await world.stripe.subscriptionSchedules.update(other.id, {
      metadata: { made_by: 'portal' },
      phases: [
        {
          items: [{ price: pro, quantity: 1, metadata: { seat: 'a' } }],
          start_date: other.phases[0]?.start_date as number,
          end_date: end,
          metadata: { kept: 'yes' },
        },
        { items: [{ price: basic, quantity: 1 }], duration: { interval: 'month', interval_count: 2 } },
        { items: [{ price: ultra, quantity: 1 }] },
      ],
    });
    world.recorder.take();

    const result = await schedule(subscription.id, ultra);

    expect(result).toMatchObject({ scheduleId: other.id, effectiveAt: end });
    expect(result.phases.map(({ priceId }) => priceId)).toEqual([pro, ultra]);
    expect(writesOf(world.recorder)).toEqual([updateOf(other.id)]);
    const { schedule: attached } = await world.read(subscription.id);
    expect(attached?.metadata).toEqual({ made_by: 'portal', uplift_request_id: 'request-1', source: 'uplift' });
    expect(attached?.phases[0]).toMatchObject({ metadata: { kept: 'yes' }, items: [{ metadata: { seat: 'a' } }] });
  });

  it('names the latest request also when the plan stays the same', async () => {
    const subscription = await world.subscribe();
    await schedule(subscription.id, world.prices.basic, 'request-1');
    await schedule(subscription.id, world.prices.basic, 'request-2');
    const { schedule: attached } = await world.read(subscription.id);
    expect(attached?.metadata?.uplift_request_id).toBe('request-2');
  });

  it('puts right what somebody added behind it', async () => {
    const { pro, basic, ultra } = world.prices;
    const subscription = await world.subscribe();
    const { scheduleId } = await schedule(subscription.id, basic);
    const { schedule: attached } = await world.read(subscription.id);
    await world.stripe.subscriptionSchedules.update(scheduleId, {
      phases: [
        {
          items: [{ price: pro }],
          start_date: attached?.phases[0]?.start_date as number,
          end_date: periodEndOf(subscription),
        },
        { items: [{ price: basic }], duration: { interval: 'month', interval_count: 1 } },
        { items: [{ price: ultra }] },
      ],
    });
    const { phases } = await schedule(subscription.id, basic);
    expect(phases.map(({ priceId }) => priceId)).toEqual([pro, basic]);
  });

  it('takes effect at the end of a trial', async () => {
    const trialEnd = Math.floor(world.sandbox.now().getTime() / 1_000) + 14 * 24 * HOUR;
    const subscription = await world.subscribe({ trial_end: trialEnd } as never);
    expect((await schedule(subscription.id, world.prices.basic)).effectiveAt).toBe(trialEnd);
  });

  it('refuses an unknown price and leaves no schedule behind', async () => {
    const subscription = await world.subscribe();
    await expect(schedule(subscription.id, 'price_of_nobody')).rejects.toMatchObject({
      name: 'ProviderError',
      outcome: 'refused',
      details: { providerCode: 'resource_missing', providerRequestId: expect.stringMatching(/^req_/) },
    });
    expect((await world.read(subscription.id)).schedule).toBeNull();
  });

  it('leaves a change that was pending as it was when the new one is refused', async () => {
    const subscription = await world.subscribe();
    const { scheduleId } = await schedule(subscription.id, world.prices.basic);
    await expect(schedule(subscription.id, 'price_of_nobody', 'request-2')).rejects.toMatchObject({
      outcome: 'refused',
    });
    const { schedule: attached } = await world.read(subscription.id);
    expect(attached).toMatchObject({ id: scheduleId, phases: [{}, { items: [{ price: world.prices.basic }] }] });
  });

  it('refuses a subscription that is ending, was ended, or has several items', async () => {
    const { pro, basic, ultra } = world.prices;
    const ending = await world.subscribe({ cancel_at_period_end: true } as never);
    const ended = await world.subscribe();
    await world.stripe.subscriptions.cancel(ended.id);
    const several = await world.subscribe({ items: [{ price: pro }, { price: basic }] } as never);
    world.recorder.take();
    const codeOf = (id: string) =>
      schedule(id, ultra).then(
        () => 'scheduled',
        (error) => [error.outcome, error.details.providerCode],
      );
    expect(await codeOf(ending.id)).toEqual(['refused', 'subscription_is_ending']);
    expect(await codeOf(several.id)).toEqual(['refused', 'unsupported_subscription']);
    expect(writesOf(world.recorder)).toEqual([]);
    expect(await codeOf(ended.id)).toEqual(['refused', expect.any(String)]);
    expect(await codeOf('sub_of_nobody')).toEqual(['refused', 'resource_missing']);
  });
});

const countCreatedSchedules = (): number =>
  world.delivered.filter(({ body }) => body.includes('"subscription_schedule.created"')).length;

describe('a plan change whose process died, or whose answer was lost', () => {
  it.each([
    ['before the schedule was made', false, '/v1/subscription_schedules', 0],
    ['after the schedule was made', true, '/v1/subscription_schedules', 1],
    ['before the schedule was completed', false, '/v1/subscription_schedules/*', 1],
    ['after the schedule was completed', true, '/v1/subscription_schedules/*', 1],
  ])('%s is carried on to the same schedule', async (_name, isPerformed, path, schedules) => {
    const subscription = await world.subscribe();
    loseAllAnswers(path, isPerformed);
    await expect(schedule(subscription.id, world.prices.basic)).rejects.toMatchObject({ outcome: 'unknown' });
    await world.sandbox.idle();
    expect(countCreatedSchedules()).toBe(schedules);

    const result = await schedule(subscription.id, world.prices.basic);

    expect(result.phases.map(({ priceId }) => priceId)).toEqual([world.prices.pro, world.prices.basic]);
    const { schedule: attached } = await world.read(subscription.id);
    expect(attached).toMatchObject({ id: result.scheduleId, metadata: { uplift_request_id: 'request-1' } });
    await world.sandbox.idle();
    expect(countCreatedSchedules()).toBe(1);
  });

  it('needs nobody when one answer is lost', async () => {
    const subscription = await world.subscribe();
    world.sandbox.faults.api({ kind: 'loseResponse', method: 'POST' });
    world.sandbox.faults.api({ kind: 'status', status: 503, method: 'GET' });
    await expect(schedule(subscription.id, world.prices.basic)).resolves.toMatchObject({
      effectiveAt: periodEndOf(subscription),
    });
  });

  it('is carried on although Stripe keeps its failure under the key', async () => {
    const subscription = await world.subscribe();
    world.sandbox.faults.api({ kind: 'status', status: 500, method: 'POST', path: '/v1/subscription_schedules' });
    await expect(schedule(subscription.id, world.prices.basic)).rejects.toMatchObject({ outcome: 'unknown' });
    world.recorder.take();

    await schedule(subscription.id, world.prices.basic);

    const [first, second] = world.recorder.take().filter(({ line }) => line === CREATE);
    expect(second?.idempotencyKey).not.toBe(first?.idempotencyKey);
    expect(second?.idempotencyKey?.startsWith(`${first?.idempotencyKey}:`)).toBe(true);
  });

  it('is unknown, not undone, when Stripe is busy after the first step', async () => {
    const subscription = await world.subscribe();
    world.sandbox.faults.api({ kind: 'status', status: 429, method: 'POST', path: '/v1/subscription_schedules/*' });
    await expect(schedule(subscription.id, world.prices.basic)).rejects.toMatchObject({ outcome: 'unknown' });
    await expect(schedule(subscription.id, world.prices.basic)).resolves.toMatchObject({ phases: [{}, {}] });
  });

  it('is not taken for done when it was undone in the meantime', async () => {
    const subscription = await world.subscribe();
    const { scheduleId } = await schedule(subscription.id, world.prices.basic);
    await world.stripe.subscriptionSchedules.release(scheduleId);
    await expect(schedule(subscription.id, world.prices.basic)).rejects.toMatchObject({
      outcome: 'refused',
      details: { providerCode: 'schedule_released' },
    });
  });

  it('does not repeat an older answer when another change was scheduled in between', async () => {
    const { basic, ultra } = world.prices;
    const subscription = await world.subscribe();
    await schedule(subscription.id, basic, 'request-1');
    await schedule(subscription.id, ultra, 'request-2');
    const { phases } = await schedule(subscription.id, basic, 'request-1');
    expect(phases[1]?.priceId).toBe(basic);
    const { schedule: attached } = await world.read(subscription.id);
    expect(attached?.phases[1]?.items[0]?.price).toBe(basic);
  });
});

describe('a schedule that stays after its change', () => {
  it('takes the next change', async () => {
    await world.close();
    world = await startWorld({ openPhaseReleases: 'at_its_end' });
    const { basic, ultra } = world.prices;
    const subscription = await world.subscribe();
    const { scheduleId } = await schedule(subscription.id, basic, 'request-1');
    await world.sandbox.advance({ to: new Date(periodEndOf(subscription) * 1_000) });
    const renewed = await world.read(subscription.id);
    expect(renewed.schedule?.id).toBe(scheduleId);

    const result = await schedule(subscription.id, ultra, 'request-2');

    expect(result).toMatchObject({ scheduleId, effectiveAt: periodEndOf(renewed) });
    expect(result.phases.at(-1)?.priceId).toBe(ultra);
    await world.sandbox.advance({ to: new Date(periodEndOf(renewed) * 1_000) });
    expect((await world.read(subscription.id)).items.data[0]?.price.id).toBe(ultra);
  });
});
