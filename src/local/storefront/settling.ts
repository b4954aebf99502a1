import { setTimeout as pause } from 'node:timers/promises';
import { unrecorded } from './clients/call.js';
import type { Sandbox } from './clients/sandbox.js';
import type { Uplift } from './clients/uplift.js';

const POLL_MILLISECONDS = 40;
const DEADLINE_MILLISECONDS = 8_000;
/**
 * Some events say only that a subscription has changed; Uplift then reads it from the provider, a moment later because such
 * events come in groups. Within this time of the newest such event (the machine's time) it has.
 */
const READ_WITHIN_MILLISECONDS = 3_500;
/** Uplift reads the sandbox's clock twice a second (CLOCK_URL), so access that ends by time shows this much later. */
const CLOCK_FOLLOWED_WITHIN_MILLISECONDS = 600;

/**
 * Waits until the provider has sent what it has to send, and Uplift has worked it off, so that the page that comes next
 * is current. At the deadline the page is shown as it is; it refreshes itself.
 *
 * A real shop does not wait: it shows what the answer to its call said.
 */
export async function settle(uplift: Uplift, sandbox: Sandbox): Promise<void> {
  await sandbox.advance({ seconds: 0 }, unrecorded);
  if (!uplift.readsAdministration) return;
  const deadline = performance.now() + DEADLINE_MILLISECONDS;
  while ((await hasOpenEvents(uplift)) && performance.now() < deadline) await pause(POLL_MILLISECONDS);
  const asked = await uplift.listWebhookEvents('outcome=fetch_requested&limit=1', unrecorded);
  const newest = asked.ok ? asked.body.items[0]?.created_at : undefined;
  if (newest) await pause(Math.max(0, Date.parse(newest) + READ_WITHIN_MILLISECONDS - Date.now()));
}

/** As `settle`, after the clock was moved. */
export async function settleAfterClock(uplift: Uplift, sandbox: Sandbox): Promise<void> {
  await Promise.all([settle(uplift, sandbox), pause(CLOCK_FOLLOWED_WITHIN_MILLISECONDS)]);
}

async function hasOpenEvents(uplift: Uplift): Promise<boolean> {
  const pages = await Promise.all(
    ['pending', 'processing'].map((status) => uplift.listWebhookEvents(`status=${status}&limit=1`, unrecorded)),
  );
  return pages.some((page) => page.ok && page.body.items.length > 0);
}
