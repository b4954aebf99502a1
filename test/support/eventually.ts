import { setTimeout as pause } from 'node:timers/promises';

const POLL_MILLISECONDS = 20;

/**
 * Waits until `condition` gives a truthy value, and returns it. A condition that throws (a failed expectation, say) is
 * asked again too; at the deadline its last error is the test's.
 *
 * @param within milliseconds
 */
export async function eventually<Value>(
  condition: () => Value | Promise<Value>,
  { within = 10_000 }: { within?: number } = {},
): Promise<NonNullable<Value>> {
  const deadline = performance.now() + within;
  for (;;) {
    let failure: unknown;
    try {
      const value = await condition();
      if (value) return value;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) throw failure ?? new Error(`did not become true within ${within} ms`);
    await pause(POLL_MILLISECONDS);
  }
}
