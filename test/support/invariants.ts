import { Clock } from '../../src/common/clock/index.js';
import { Invariants } from '../../src/common/invariants/index.js';
import type { StartedApplication } from './application.js';

/** Rows that break what the modules promise of them, by the name of the invariant; its statement must not fail either. */
async function findViolations({ app }: StartedApplication): Promise<Readonly<Record<string, unknown>>> {
  const results = await app.get(Invariants).evaluate(app.get(Clock).now());
  return Object.fromEntries(
    results
      .filter(({ violations }) => violations !== 0)
      .map(({ invariant, problem, examples }) => [invariant.name, problem ?? examples]),
  );
}

/** @param except names of invariants that the test has broken on purpose @throws Error which names what is broken */
export async function checkInvariants(application: StartedApplication, except: readonly string[] = []): Promise<void> {
  const found = Object.entries(await findViolations(application)).filter(([name]) => !except.includes(name));
  if (found.length > 0) throw new Error(`violated: ${JSON.stringify(Object.fromEntries(found), null, 2)}`);
}

/** Closes a world: what was done in it has left nothing that must not be. @param broken what the test broke on purpose */
export async function closeSound(
  world: { readonly application: StartedApplication; close(): Promise<void> } | undefined,
  broken: readonly string[] = [],
): Promise<void> {
  try {
    if (world) await checkInvariants(world.application, broken);
  } finally {
    await world?.close();
  }
}
