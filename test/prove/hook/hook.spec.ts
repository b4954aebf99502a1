import { describe, expect, it } from 'vitest';
import { toStep } from './sql-steps.js';
import { VirtualTime, VirtualTimers } from './virtual-time.js';

describe('a statement', () => {
  it.each([
    ['INSERT INTO sales (uuid) VALUES ($1)', 'INSERT INTO sales'],
    ['UPDATE "charge_attempts" SET status = $1', 'UPDATE "charge_attempts"'],
    ['  WITH due AS (SELECT 1) DELETE FROM sales', 'DELETE FROM sales'],
    ['SELECT FROM graphile_worker.add_job($1)', 'graphile_worker.add_job'],
  ])('that changes something is a step: %s', (text, name) => {
    expect(toStep(text, {})).toMatchObject({ kind: 'write', name });
  });

  it.each([
    'SELECT * FROM sales FOR UPDATE',
    "UPDATE webhook_events SET status = 'processing' WHERE id IN (SELECT id FOR UPDATE SKIP LOCKED)",
    'LISTEN webhook',
  ])('that changes nothing, or is asked all the time, is none: %s', (text) => {
    expect(toStep(text, {})).toBeUndefined();
  });

  it('that ends a transaction is a step where that has written', () => {
    const connection = {};
    toStep('START TRANSACTION', connection);
    expect(toStep('COMMIT', connection)).toBeUndefined();
    toStep('START TRANSACTION', connection);
    toStep('UPDATE sales SET closed_at = now()', connection);
    expect(toStep('COMMIT', connection)).toMatchObject({ kind: 'commit' });
  });
});

describe('the time of a process', () => {
  const begin = () => {
    const time = new VirtualTime([{ since: 0, shift: -1_000 }]);
    return { time, timers: new VirtualTimers(time) };
  };

  it('is what it was moved to, and what waits for it has waited', async () => {
    const { time, timers } = begin();
    const before = time.now();
    const fired: string[] = [];
    timers.setTimeout(() => fired.push('late'), 3_600_000).unref();
    timers.setTimeout(() => fired.push('second'), 60_000);
    timers.setTimeout(() => fired.push('first'), 30_000);
    timers.clearTimeout(timers.setTimeout(() => fired.push('cleared'), 10));
    await time.apply({ since: 0, shift: 120_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(time.now() - before).toBeGreaterThanOrEqual(121_000);
    expect(fired).toEqual(['first', 'second']);
  });

  it('goes on by itself', async () => {
    const { timers } = begin();
    const waited = await new Promise((resolve) => void timers.setTimeout(() => resolve('waited'), 5));
    expect(waited).toBe('waited');
  });
});
