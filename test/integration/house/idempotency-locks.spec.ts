import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { expectProblem, tally, times } from '../identity/support.js';
import { IdempotentApplication, isReplayed } from './idempotency-support.js';

let application: IdempotentApplication;

beforeAll(async () => {
  application = await IdempotentApplication.start('idempotency_locks');
});
afterAll(() => application.stop());

const pay: IdempotentApplication['pay'] = (...request) => application.pay(...request);
const runsOf = (account: string) => application.runsOf(account);

describe('at once', () => {
  it('a request in flight is told so, and may be repeated a second later', async () => {
    const open = application.holdRuns();
    const first = pay('flight', 'flight');
    await eventually(() => runsOf('flight') === 1);
    const second = await pay('flight', 'flight');
    expectProblem(second, 409, 'idempotency_in_flight');
    expect(second.headers.get('retry-after')).toBe('1');
    expectProblem(await pay('flight', 'flight', { body: {} }), 422, 'idempotency_key_reused');
    open();
    expect((await first).status).toBe(200);
    expect(isReplayed(await pay('flight', 'flight'))).toBe(true);
    expect(runsOf('flight')).toBe(1);
  });

  it('50 requests with one key run once, each gets the answer or hears of the one in flight', async () => {
    const answers = await Promise.all(times(50, () => pay('many', 'many')));
    const counts = tally(answers);
    expect((counts['200'] ?? 0) + (counts['409 idempotency_in_flight'] ?? 0)).toBe(50);
    expect(new Set(answers.filter(({ status }) => status === 200).map(({ body }) => body.payment))).toEqual(
      new Set([1]),
    );
    expect(runsOf('many')).toBe(1);
  });

  it('50 requests with 50 keys all run', async () => {
    expect(tally(await Promise.all(times(50, (number) => pay('all', `all-${number}`))))).toEqual({ '200': 50 });
    expect(runsOf('all')).toBe(50);
  });
});

describe('a run that did not answer', () => {
  const endLock = (key: string) =>
    application.database.query(
      `UPDATE idempotent_requests SET locked_until = now() - interval '1 second' WHERE key = $1`,
      [key],
    );

  it('is taken over once its lock has ended, and its late answer is not stored', async () => {
    const open = application.holdRuns();
    const slow = pay('slow', 'slow');
    await eventually(() => runsOf('slow') === 1);
    await endLock('slow');
    application.letRunsPass();
    expect((await pay('slow', 'slow')).body.payment).toBe(2);
    open();
    expect((await slow).body.payment).toBe(1);
    expect((await pay('slow', 'slow')).body.payment).toBe(2);
  });

  it('that fails late does not let go the key of the one that took it over', async () => {
    const open = application.holdRuns();
    const slow = pay('late/flaky', 'late');
    await eventually(() => runsOf('late') === 1);
    await endLock('late');
    application.letRunsPass();
    expect((await pay('late/flaky', 'late')).body).toEqual({ payment: 2 });
    open();
    expect((await slow).status).toBe(500);
    expect((await pay('late/flaky', 'late')).body).toEqual({ payment: 2 });
  });

  it('is taken over by one of twenty', async () => {
    const open = application.holdRuns();
    const slow = pay('heirs', 'heirs');
    await eventually(() => runsOf('heirs') === 1);
    await endLock('heirs');
    const heirs = Promise.all(times(20, () => pay('heirs', 'heirs')));
    await eventually(() => runsOf('heirs') === 2);
    open();
    const counts = tally(await heirs);
    expect((counts['200'] ?? 0) + (counts['409 idempotency_in_flight'] ?? 0)).toBe(20);
    await slow;
    expect(runsOf('heirs')).toBe(2);
  });

  it('keeps its key from another request even then', async () => {
    const open = application.holdRuns();
    const slow = pay('mine', 'mine');
    await eventually(() => runsOf('mine') === 1);
    await endLock('mine');
    expectProblem(await pay('mine', 'mine', { body: {} }), 422, 'idempotency_key_reused');
    open();
    await slow;
  });
});

it('the answer to a caller who is gone is there when they come back', async () => {
  const open = application.holdRuns();
  const controller = new AbortController();
  const request = fetch(`${application.url}/payments/gone`, {
    method: 'POST',
    headers: { authorization: 'Bearer anna', 'content-type': 'application/json', 'idempotency-key': 'gone' },
    body: '{"amount":5}',
    signal: controller.signal,
  });
  await eventually(() => runsOf('gone') === 1);
  controller.abort();
  await expect(request).rejects.toThrow('aborted');
  open();
  await eventually(async () => isReplayed(await pay('gone', 'gone')));
  expect(runsOf('gone')).toBe(1);
});

it('an answer that cannot be stored is given all the same', async () => {
  await application.database.query(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
    CREATE TRIGGER refuse BEFORE UPDATE ON idempotent_requests FOR EACH ROW EXECUTE FUNCTION refuse();`);
  try {
    expect((await pay('lost', 'lost')).body).toMatchObject({ payment: 1 });
    expectProblem(await pay('lost', 'lost'), 409, 'idempotency_in_flight');
  } finally {
    await application.database.query(`DROP FUNCTION refuse CASCADE`);
  }
});

it('where the key cannot be claimed nothing runs', async () => {
  await application.database.query(`ALTER TABLE idempotent_requests RENAME TO hidden`);
  try {
    expectProblem(await pay('closed', 'closed'), 500, 'internal_error');
    expect(runsOf('closed')).toBe(0);
  } finally {
    await application.database.query(`ALTER TABLE hidden RENAME TO idempotent_requests`);
  }
});
