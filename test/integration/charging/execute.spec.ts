import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChargeCommand, ChargeOutcome } from '../../../src/billing-providers/index.js';
import {
  AUTHENTICATE,
  canceled,
  COMMANDS,
  declined,
  expired,
  paymentFact,
  pixPending,
  processing,
  PURPOSE,
  refused,
  requiresAction,
  startCharging,
  succeeded,
  unanswered,
  unavailable,
  type Charging,
} from './support.js';

let tools: Charging;

beforeAll(async () => {
  tools = await startCharging({ name: 'charging-execute' });
});
beforeEach(() => {
  tools.provider.reset();
  tools.seen.length = 0;
});
afterAll(() => tools.application.close());

const inMinutes = (minutes: number) => new Date(tools.application.clock.now().getTime() + minutes * 60_000);

describe('an intent', () => {
  it('is claimed once, with a job that looks after it', async () => {
    const first = await tools.claim({ intentKey: 'once' });
    const second = await tools.claim({ intentKey: 'once' });
    expect(first.claimed).toBe(true);
    expect(second).toMatchObject({ claimed: false, holder: { intentKey: 'once', status: 'claimed', amount: 4_900 } });
    const [row] = await tools.application.database.query<{ uuid: string }>(
      `SELECT uuid FROM charge_attempts WHERE intent_key = 'once'`,
    );
    expect(await tools.jobs(row?.uuid ?? '')).toEqual([{ task: 'charging.take-up', inSeconds: 61 }]);
  });

  it('is not claimed, and has no job, when the caller’s transaction fails', async () => {
    const claim = tools.run(async (tx) => {
      await tools.charging.claim(tx, tools.newAttempt({ intentKey: 'undone' }));
      throw new Error('something else went wrong');
    });
    await expect(claim).rejects.toThrow('something else went wrong');
    expect((await tools.claim({ intentKey: 'undone' })).claimed).toBe(true);
  });

  it.each([
    { status: 'failed', answer: declined(), isFree: true },
    { status: 'expired', answer: expired(), isFree: true },
    { status: 'canceled', answer: canceled(), isFree: true },
    { status: 'succeeded', answer: succeeded(), isFree: false },
    { status: 'requires_action', answer: requiresAction(), isFree: false },
    { status: 'pending', answer: processing(), isFree: false },
    { status: 'unknown', answer: unanswered(), isFree: false },
  ])('whose attempt is $status can be claimed again: $isFree', async ({ status, answer, isFree }) => {
    const intentKey = `again:${status}`;
    const claim = await tools.claim({ intentKey });
    tools.provider.will(answer);
    const { uuid } = claim.claimed ? claim.attempt : claim.holder;
    expect(await tools.charging.execute(uuid)).toMatchObject({ status });
    expect(await tools.claim({ intentKey })).toMatchObject({ claimed: isFree });
  });

  it('cannot be claimed for one amount and sent with another', async () => {
    await expect(tools.claim({ amount: 4_800 })).rejects.toThrow('over 4800 BRL cannot send 4900 BRL');
    await expect(tools.claim({ currency: 'USD' })).rejects.toThrow('over 4900 USD cannot send 4900 BRL');
  });

  it('fifty at once are one claim and one call', async () => {
    tools.provider.will(succeeded());
    const attempts = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const claim = await tools.claim({ intentKey: 'fifty' });
        return tools.charging.execute((claim.claimed ? claim.attempt : claim.holder).uuid);
      }),
    );
    expect(tools.provider.methods()).toEqual(['chargeOneClick']);
    expect(new Set(attempts.map(({ uuid }) => uuid)).size).toBe(1);
    expect(await tools.load(attempts[0]?.uuid ?? '')).toMatchObject({ status: 'succeeded' });
  });
});

describe('the call', () => {
  const METHODS: Readonly<Record<ChargeCommand['kind'], string>> = {
    one_click: 'chargeOneClick',
    checkout: 'createCheckout',
    pix: 'createPixCharge',
    start_plan: 'startPlan',
    change_plan: 'changePlan',
    refund: 'refund',
  };

  it.each(Object.values(COMMANDS))('of $kind carries its command and the attempt’s id', async (command) => {
    const attempt = await tools.executed(succeeded(), command);
    expect(tools.provider.calls).toEqual([{ method: METHODS[command.kind], attemptId: attempt.uuid, command }]);
  });

  it('is made after the attempt was committed as sent', async () => {
    const { uuid } = await tools.claimed();
    let during: string | undefined;
    tools.provider.will(async () => {
      during = (await tools.load(uuid)).status;
      return succeeded();
    });
    await tools.charging.execute(uuid);
    expect(during).toBe('sent');
  });

  it('is made once; who comes second sees the attempt as it is', async () => {
    const { uuid } = await tools.claimed();
    let second: string | undefined;
    tools.provider.will(async () => {
      second = (await tools.charging.execute(uuid)).status;
      return succeeded();
    });
    expect(await tools.charging.execute(uuid)).toMatchObject({ status: 'succeeded' });
    expect(second).toBe('sent');
    expect(await tools.charging.execute(uuid)).toMatchObject({ status: 'succeeded' });
    expect(tools.provider.calls).toHaveLength(1);
  });

  it('needs an attempt', async () => {
    await expect(tools.charging.execute('7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11')).rejects.toThrow('no charge attempt');
  });
});

describe('the answer', () => {
  const cases: readonly [string, () => ChargeOutcome | Error, string, object][] = [
    ['success', succeeded, 'claimed sent succeeded', { method: { kind: 'card', brand: 'visa', last4: '4242' } }],
    [
      'a decline',
      declined,
      'claimed sent failed',
      { failureCode: 'card_declined', failureDetail: 'do_not_honor', references: { paymentId: 'pi_1' } },
    ],
    ['money under way', processing, 'claimed sent pending', { nextStep: null }],
    ['one that has expired', expired, 'claimed sent pending expired', { expiresAt: null }],
    ['one that is canceled', canceled, 'claimed sent pending canceled', { expiresAt: null }],
    [
      'a refusal',
      refused,
      'claimed sent failed',
      { failureCode: 'provider_refused', failureDetail: 'parameter_invalid' },
    ],
    [
      'no connection',
      unavailable,
      'claimed sent failed',
      { failureCode: 'provider_unavailable', failureDetail: 'ECONNREFUSED' },
    ],
    ['silence', unanswered, 'claimed sent unknown', { failureCode: null, failureDetail: 'ETIMEDOUT' }],
    [
      'a mistake of ours',
      () => new Error('undefined is not a function'),
      'claimed sent unknown',
      { failureCode: null },
    ],
  ];

  it.each(cases)('%s', async (_name, answer, path, expected) => {
    const attempt = await tools.executed(answer());
    expect(await tools.path(attempt.uuid)).toBe(path);
    expect(attempt).toMatchObject({ ...expected, status: path.split(' ').at(-1) });
    expect(attempt).toEqual(await tools.load(attempt.uuid));
  });

  it('tells the purpose of every move, in its transaction', async () => {
    const { uuid } = await tools.executed(expired());
    expect(tools.seen).toEqual([
      { uuid, from: 'claimed', to: 'sent' },
      { uuid, from: 'sent', to: 'pending' },
      { uuid, from: 'pending', to: 'expired' },
    ]);
  });

  it('keeps the next step until it is over', async () => {
    const pix = await tools.executed(pixPending(inMinutes(60)), COMMANDS.pix);
    expect(pix).toMatchObject({ nextStep: { kind: 'pix' }, expiresAt: inMinutes(60) });
    const authentication = await tools.executed(requiresAction());
    expect(authentication).toMatchObject({ nextStep: AUTHENTICATE, expiresAt: inMinutes(15) });
    tools.provider.will(canceled());
    expect(await tools.charging.cancel(authentication.uuid)).toMatchObject({ nextStep: null, expiresAt: null });
  });

  it('that was lost is looked for soon', async () => {
    const { uuid } = await tools.executed(unanswered());
    expect(await tools.jobs(uuid)).toEqual([
      { task: 'charging.resolve', inSeconds: 2 },
      { task: 'charging.take-up', inSeconds: 61 },
    ]);
  });

  it('that leaves a payment open has it closed; a declined plan leaves none, a refund’s is another’s', async () => {
    const tasksOf = async (command: ChargeCommand) => {
      const { uuid } = await tools.executed(declined(), command);
      return (await tools.jobs(uuid)).map(({ task }) => task);
    };
    for (const kind of ['one_click', 'pix', 'checkout'] as const) {
      expect(await tasksOf(COMMANDS[kind])).toContain('charging.close-leftover');
    }
    for (const kind of ['start_plan', 'change_plan', 'refund'] as const) {
      expect(await tasksOf(COMMANDS[kind])).toEqual(['charging.take-up']);
    }
  });

  it('is not recorded when the purpose cannot follow; nothing is charged again', async () => {
    const { uuid } = await tools.claimed();
    tools.provider.will(async () => {
      tools.handler = () => Promise.reject(new Error('the sale cannot be written'));
      return succeeded();
    });
    await expect(tools.charging.execute(uuid)).rejects.toThrow('the sale cannot be written');
    expect(await tools.path(uuid)).toBe('claimed sent');
    tools.handler = () => Promise.resolve();
    expect(await tools.charging.execute(uuid)).toMatchObject({ status: 'sent' });
    expect(tools.provider.calls).toHaveLength(1);
  });
});

describe('an event that is faster than the answer', () => {
  const answersAfter = async (change: 'succeeded' | 'failed', answer: ChargeOutcome | Error) => {
    const { uuid } = await tools.claimed();
    tools.provider.will(async () => {
      await tools.apply(paymentFact(change, { attemptId: uuid }));
      if (answer instanceof Error) throw answer;
      return answer;
    });
    return tools.charging.execute(uuid);
  };

  it('is the truth, and the answer adds the card’s digits', async () => {
    const attempt = await answersAfter('succeeded', succeeded());
    expect(await tools.path(attempt.uuid)).toBe('claimed sent succeeded');
    expect(attempt).toMatchObject({ status: 'succeeded', method: { kind: 'card', last4: '4242' } });
  });

  it.each([
    ['processing', processing()],
    ['requires_action', requiresAction()],
    ['failed', declined()],
    ['silence', unanswered()],
    ['no connection', unavailable()],
    ['a refusal', refused()],
  ])('is not undone by older news: %s', async (_name, answer) => {
    const attempt = await answersAfter('succeeded', answer);
    expect(await tools.path(attempt.uuid)).toBe('claimed sent succeeded');
    expect(attempt).toMatchObject({ status: 'succeeded', nextStep: null, failureCode: null });
  });

  it('may be a failure that the answer knows better', async () => {
    const attempt = await answersAfter('failed', succeeded());
    expect(await tools.path(attempt.uuid)).toBe('claimed sent failed succeeded');
  });
});

it('a call that outlives the resolver’s patience says nothing by its own failure', async () => {
  const { uuid } = await tools.claimed();
  tools.provider.will(async () => {
    await tools.application.database.query(`UPDATE charge_attempts SET status = 'unknown' WHERE uuid = $1`, [uuid]);
    throw unavailable();
  });
  expect(await tools.charging.execute(uuid)).toMatchObject({ status: 'unknown', failureCode: null });
});

it('a purpose has one handler', () => {
  expect(() => tools.charging.onMoved(PURPOSE, () => Promise.resolve())).toThrow('handled twice');
});

it('an attempt is found by its names, and a refund is nobody’s payment', async () => {
  const attempt = await tools.executed(succeeded('pi_named'));
  await tools.executed(succeeded('pi_named'), COMMANDS.refund);
  expect(await tools.charging.findById(attempt.id)).toEqual(attempt);
  expect(await tools.charging.findByPayment('stripe', 'pi_named')).toEqual(attempt);
  expect(await tools.charging.findByPayment('stripe', 'pi_other')).toBeUndefined();
});
