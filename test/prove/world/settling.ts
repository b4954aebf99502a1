import { setTimeout as pause } from 'node:timers/promises';
import type { World } from './world.js';

const LOOK_MILLISECONDS = 30;
const PATIENCE_MILLISECONDS = 45_000;

/**
 * What is being done, or could be at once. What a dead worker has left behind is neither: its leases have to end first, and no
 * process that is alive works on it.
 */
const UNDER_WAY = `
  SELECT 'event ' || provider_event_id || ' ' || status AS what FROM webhook_events
   WHERE status = 'pending' OR status = 'processing' AND updated_at >= $1
      OR status = 'failed' AND next_attempt_at <= now()
   UNION ALL
  SELECT 'job ' || j.task_identifier FROM graphile_worker.jobs j
   WHERE j.attempts < j.max_attempts AND (j.locked_at >= $1 OR j.locked_at IS NULL AND j.run_at <= now())
`;

/** What is still under way when nothing seems to end it; empty when all is quiet. */
export async function settle(world: World, mayStall = false): Promise<readonly string[]> {
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  let stalledSince = performance.now();
  let quiet = 0;
  for (;;) {
    await world.restart();
    await world.sandbox.catchUp();
    const open = await listUnderWay(world);
    if (open.length === 0) quiet += 1;
    else quiet = 0;
    if (quiet === 2) return [];
    if (performance.now() > deadline) return open;
    if (mayStall && performance.now() > stalledSince + 700) {
      await world.move(26);
      stalledSince = performance.now();
    }
    await pause(LOOK_MILLISECONDS);
  }
}

async function listUnderWay(world: World): Promise<string[]> {
  const rows = await world.query<{ what: string }>(UNDER_WAY, [world.members.worker.startedAt]);
  const due = world.now().getTime();
  const deliveries = await world.sandbox.deliveries('pending');
  const flying = deliveries.filter(({ notBefore }) => notBefore <= due);
  return [...rows.map(({ what }) => what), ...flying.map(({ event }) => `delivery of ${event}`)];
}
