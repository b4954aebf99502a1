import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { ADMIN_KEY } from '../identity/support.js';
import {
  COMMANDS,
  declined,
  pixPending,
  requiresAction,
  startCharging,
  succeeded,
  unanswered,
  type Charging,
} from './support.js';

const PATH = '/api/v1/admin/charge-attempts';
let tools: Charging;

beforeAll(async () => {
  tools = await startCharging({ name: 'charging-admin' });
});
afterAll(() => tools.application.close());

const get = (path: string) => tools.application.call('GET', path, { apiKey: ADMIN_KEY });
const metric = async (name: string) => {
  const { body } = await tools.application.call('GET', '/metrics');
  const line = (body as string).split('\n').find((one) => one.startsWith(`uplift_${name} `));
  return Number(line?.split(' ').at(-1) ?? 0);
};

describe('the list of attempts', () => {
  it('is for admins', async () => {
    expect(await tools.application.call('GET', PATH)).toMatchObject({ status: 401 });
  });

  it('is the newest first, page by page, and can be narrowed', async () => {
    const first = await tools.executed(declined());
    const second = await tools.executed(unanswered());
    const third = await tools.executed(succeeded(), COMMANDS.pix);
    const idsOf = async (query: string) => {
      const { body } = await get(`${PATH}?${query}`);
      return [body.items.map(({ id }: { id: string }) => id), body.next_cursor];
    };
    expect(await idsOf('limit=2')).toEqual([[third.uuid, second.uuid], second.uuid]);
    expect(await idsOf(`limit=2&cursor=${second.uuid}`)).toEqual([[first.uuid], null]);
    expect(await idsOf('status=unknown')).toEqual([[second.uuid], null]);
    expect(await idsOf('status=failed&purpose=test')).toEqual([[first.uuid], null]);
    expect(await idsOf('purpose=other')).toEqual([[], null]);
  });

  it.each(['status=lost', 'limit=0', 'limit=101', 'cursor=12'])('refuses %s', async (query) => {
    expect(await get(`${PATH}?${query}`)).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
  });
});

describe('one attempt', () => {
  it('tells how it came to be what it is', async () => {
    const { uuid, intentKey } = await tools.executed(declined());
    const { status, body } = await get(`${PATH}/${uuid}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: uuid,
      status: 'failed',
      purpose: 'test',
      intent_key: intentKey,
      kind: 'one_click',
      provider: 'stripe',
      provider_customer_id: 'cus_1',
      amount: 4_900,
      currency: 'BRL',
      asked_amount: 4_900,
      references: { payment_id: 'pi_1', checkout_id: null, subscription_id: null, refund_id: null },
      next_step: null,
      failure_code: 'card_declined',
      failure_detail: 'do_not_honor',
      sent_at: expect.any(String),
      expires_at: null,
      created_at: expect.any(String),
      moves: [
        { from: null, to: 'claimed', cause: 'internal', moved_at: expect.any(String) },
        { from: 'claimed', to: 'sent', cause: 'internal', moved_at: expect.any(String) },
        { from: 'sent', to: 'failed', cause: 'internal', moved_at: expect.any(String) },
      ],
    });
  });

  it('never shows what one could pay with, nor who is who', async () => {
    const { uuid } = await tools.executed(pixPending(new Date('2026-01-15T10:00:00Z')), COMMANDS.pix);
    const { body } = await get(`${PATH}/${uuid}`);
    expect(body.next_step).toBe('pix');
    expect(JSON.stringify(body)).not.toMatch(/https?:|000201|Ana|example\.com/);
    const authentication = await tools.executed(requiresAction());
    const answer = await get(`${PATH}/${authentication.uuid}`);
    expect(JSON.stringify(answer.body)).not.toMatch(/https?:/);
  });

  it('must exist', async () => {
    expect(await get(`${PATH}/7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11`)).toMatchObject({ status: 404 });
    expect(await get(`${PATH}/12`)).toMatchObject({ status: 422 });
  });
});

describe('the metrics', () => {
  it('count what became of attempts, by kind', async () => {
    const name = 'charge_attempts_total{kind="change_plan",outcome="succeeded"}';
    const before = await metric(name);
    await tools.executed(succeeded(), COMMANDS.change_plan);
    expect(await metric(name)).toBe(before + 1);
  });

  it('show those that nobody knows of, and for how long', async () => {
    await tools.application.database.query(`UPDATE charge_attempts SET status = 'failed' WHERE status = 'unknown'`);
    expect(await metric('charge_attempts_unknown')).toBe(0);
    expect(await metric('charge_attempts_unknown_age_seconds')).toBe(0);
    const { uuid } = await tools.executed(unanswered());
    await tools.age(uuid, 600);
    expect(await metric('charge_attempts_unknown')).toBe(1);
    expect(Math.round((await metric('charge_attempts_unknown_age_seconds')) / 10)).toBe(60);
    expect(await metric('charge_attempts_refund_due')).toBe(0);
  });
});

it('the log says what moved and why, and nothing that one could pay with', async () => {
  const lines: unknown[] = [];
  const levels = ['log', 'warn', 'error'] as const;
  const spies = levels.map((level) =>
    vi.spyOn(Logger.prototype, level).mockImplementation((line: unknown) => void lines.push({ level, line })),
  );
  try {
    const failed = await tools.executed(declined());
    await tools.executed(unanswered());
    await tools.executed(requiresAction());
    await tools.executed(pixPending(new Date('2026-01-15T10:00:00Z')), COMMANDS.pix);
    await tools.executed(succeeded(), COMMANDS.checkout);
    expect(lines).toContainEqual({
      level: 'log',
      line: {
        message: 'charge attempt failed',
        attempt_uuid: failed.uuid,
        purpose: 'test',
        kind: 'one_click',
        amount: 4_900,
        currency: 'BRL',
        payment_id: 'pi_1',
        from: 'sent',
        to: 'failed',
        cause: 'internal',
        failure_code: 'card_declined',
        provider_code: 'do_not_honor',
      },
    });
    expect(lines).toContainEqual({ level: 'warn', line: expect.objectContaining({ to: 'unknown' }) });
    expect(JSON.stringify(lines)).not.toMatch(/https?:|000201|Ana|example\.com/);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
});
