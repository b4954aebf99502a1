import type { MatrixCustomer } from '../e2e/matrix-customer.js';
import type { Answer } from '../support/http.js';
import { Life, READ_FAULTS, WIRE_FAULTS, type Fate, type Fault } from '../support/mortal.js';
import type { Card, CrashPath, Scene } from './crash-path.js';
import type { CrashWorld } from './crash-world.js';
import { inParallel } from './in-parallel.js';

const WIDTH = 6;
/** How often somebody tries again until they have what they want. */
const PRESSES = 5;

/** A path with what goes wrong besides the death. */
export interface Plot {
  readonly path: CrashPath;
  readonly card: Card;
  readonly fault?: Fault;
}

export interface Case extends Plot {
  /** When the process dies; absent: never. */
  readonly death?: Pick<Fate, 'marks' | 'step'>;
}

export interface Outcome {
  readonly played: Case;
  readonly name: string;
  readonly life: Life;
  readonly problems: readonly string[];
}

/** Who learns first what became of the charge: the inbox, from the provider's events, or the jobs, by asking. */
export type Order = 'events_first' | 'jobs_first';

interface Playing {
  readonly played: Case;
  readonly customer: MatrixCustomer;
  readonly scene: Scene;
  readonly life: Life;
  readonly before: number;
  readonly problems: string[];
  answer: Answer | undefined;
  /** What was answered last to whoever tried again. */
  again: Answer | undefined;
  isOver: boolean;
}

/**
 * Plays cases side by side, each with a customer of its own: the act that dies, then what the others do after it, and at last
 * the customer, who tries again.
 */
export async function play(world: CrashWorld, cases: readonly Case[], order: Order): Promise<Outcome[]> {
  const customers = await inParallel(cases, WIDTH, async ({ path, card }) => {
    const customer = await world.matrix.customer();
    await path.arrange(world, customer, card);
    return customer;
  });
  await world.settle();
  const playing = await inParallel([...cases.entries()], WIDTH, async ([index, played]) =>
    begin(world, played, customers[index] as MatrixCustomer),
  );
  await inParallel(playing, WIDTH, act);
  await goOn(world, playing, order);
  for (let press = 1; press <= PRESSES && playing.some(({ isOver }) => !isOver); press++) {
    await inParallel(playing, WIDTH, pressAgain);
    await world.settle();
  }
  await inParallel(playing, WIDTH, (one) => checkEnd(world, one));
  return playing.map(({ played, life, problems }) => ({ played, name: nameOf(played, life), life, problems }));
}

/** The same, where nobody looks after what has died: what the checks find then. */
export async function playUnattended(world: CrashWorld, played: Case): Promise<readonly string[]> {
  const customer = await world.matrix.customer();
  await played.path.arrange(world, customer, played.card);
  await world.settle();
  const one = await begin(world, played, customer);
  await act(one);
  await checkMoney(world, one, 'unattended');
  return one.problems;
}

async function begin(world: CrashWorld, played: Case, customer: MatrixCustomer): Promise<Playing> {
  const scene = await played.path.begin(world, customer, played.card);
  const life = new Life({ ...played.death, ...(played.fault ? { fault: played.fault } : {}) });
  const before = scene.movedBefore ?? netOf(world, customer);
  return { played, customer, scene, life, before, problems: [], answer: undefined, again: undefined, isOver: false };
}

async function act(one: Playing): Promise<void> {
  const { played, life, scene } = one;
  one.answer = await life.live(() => scene.act());
  const isMeantToDie = played.death !== undefined;
  if (isMeantToDie && !life.isDead) one.problems.push('it did not come to the point where it was to die');
  if (one.answer !== undefined && one.answer.status >= 500 && played.fault === undefined) {
    one.problems.push(`was answered with ${one.answer.status}: ${JSON.stringify(one.answer.body)}`);
  }
}

/** What others do after the death, while the customer is away. */
async function goOn(world: CrashWorld, playing: readonly Playing[], order: Order): Promise<void> {
  if (order === 'events_first') {
    await inParallel(playing, WIDTH, pressAgain); // at once, in another window
    await world.settle({ isLater: false });
    await world.settle();
  } else {
    await world.settle({ events: false });
    // A reading that failed where the provider has done its part already leaves the rest to the events.
    const asked = playing.filter(({ played }) => played.fault?.of !== 'read');
    await inParallel(asked, WIDTH, (one) => checkMoney(world, one, 'before the events'));
    await world.settle();
  }
  await inParallel(playing, WIDTH, (one) => checkMoney(world, one, 'after the resolution'));
}

async function pressAgain(one: Playing): Promise<void> {
  if (one.isOver) return;
  const answer = await one.scene.press();
  one.isOver = answer === undefined;
  one.again = answer ?? one.again;
  if (answer !== undefined && answer.status >= 500) {
    one.problems.push(`a second click was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}

/** Once and only if: what is told, what the rows say and what the provider has taken are one. */
async function checkMoney(world: CrashWorld, one: Playing, when: string): Promise<void> {
  const { scene, customer, problems, answer, before } = one;
  const isDone = await scene.isDone();
  const isTrue = scene.isMade && (await scene.isMade());
  const moved = netOf(world, customer) - before;
  if (moved !== 0 && moved !== scene.movement) problems.push(`${when}: ${moved} moved instead of ${scene.movement}`);
  const isMade = isTrue ?? moved === scene.movement;
  if (isDone !== isMade) {
    const said = `the provider says ${isMade ? 'done' : 'not done'}, the rows ${isDone ? 'done' : 'not done'}`;
    problems.push(`${when}: ${moved} moved, ${said}`);
  }
  if (isMade && moved !== scene.movement)
    problems.push(`${when}: done, and ${moved} moved instead of ${scene.movement}`);
  if (answer && scene.isTold(answer) && !isDone) problems.push(`${when}: told that it is done, and it is not`);
  for (const open of await openRowsOf(world, customer)) problems.push(`${when}: left open: ${open}`);
}

async function checkEnd(world: CrashWorld, one: Playing): Promise<void> {
  await checkMoney(world, one, 'at the end');
  if (!(await one.scene.isDone())) {
    const { status, body } = one.again ?? {};
    const answered = `${status} ${JSON.stringify(body)}`;
    one.problems.push(
      `at the end: it did not come to be, however often it was tried; answered at last with ${answered}`,
    );
  }
  for (const disagreement of await one.scene.disagreements()) one.problems.push(`at the end: ${disagreement}`);
}

/** Money that the provider took from somebody, less what it gave back. */
export const netOf = (world: CrashWorld, customer: MatrixCustomer): number =>
  sum(world.matrix.charges(customer)) - sum(world.matrix.refunds(customer));

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** What nobody may be left with once everything has been looked after. */
async function openRowsOf(world: CrashWorld, customer: MatrixCustomer): Promise<string[]> {
  const rows = await world.rows<{ line: string }>(
    `WITH me AS (SELECT id FROM users WHERE external_id = $1),
          mine AS (SELECT s.id FROM subscriptions s JOIN groups g ON g.id = s.group_id WHERE g.external_id = $2)
     SELECT 'attempt ' || status || ' of ' || purpose AS line FROM charge_attempts
      WHERE user_id IN (SELECT id FROM me) AND status IN ('claimed', 'sent', 'unknown', 'refund_due')
     UNION ALL
     SELECT 'request ' || status FROM plan_change_requests
      WHERE subscription_id IN (SELECT id FROM mine) AND status IN ('intended', 'sent', 'unknown')
     UNION ALL
     SELECT 'quote ' || q.status FROM plan_quotes q
      WHERE q.subscription_id IN (SELECT id FROM mine) AND q.status = 'executing' AND NOT EXISTS (
        SELECT FROM charge_attempts a WHERE a.status IN ('requires_action', 'pending') AND a.user_id IN (SELECT id FROM me))
     UNION ALL
     SELECT 'session ' || u.status FROM upsell_sessions u
      WHERE u.user_id IN (SELECT id FROM me) AND u.status = 'charging' AND NOT EXISTS (
        SELECT FROM charge_attempts a WHERE a.id = u.charge_attempt_id AND a.status IN ('requires_action', 'pending'))`,
    [customer.id, customer.groupId],
  );
  return rows.map(({ line }) => line);
}

function nameOf({ path, card, fault, death }: Case, life: Life): string {
  const parts = [path.name];
  if (card !== 'good') parts.push(`card ${card}`);
  if (fault) parts.push(`${life.faulty ?? `${fault.of} ${fault.index}`} ${fault.kind}`);
  if (death?.marks === 0) parts.push('dies at once');
  else if (death?.marks !== undefined) parts.push(`dies after ${life.marks.at(-1)} (${death.marks})`);
  if (death?.step !== undefined) parts.push(`dies at step ${death.step}, after ${life.steps.at(-1)}`);
  return parts.join('; ');
}

/** The same path, with each of its calls going wrong in each way. */
export const faultsOf = ({ played: { path, card }, life }: Outcome): Plot[] =>
  (['write', 'read'] as const).flatMap((of) =>
    life[`${of}s`].flatMap((_, index) =>
      (of === 'write' ? WIRE_FAULTS : READ_FAULTS).map((kind) => ({ path, card, fault: { of, index, kind } })),
    ),
  );

/**
 * Every death that leaves the world otherwise than another one: of a faulty one, those from the fault on. A call that reads leaves
 * nothing behind by itself, so that deaths after one that failed are those of the path that fails there.
 */
export function deathsOf({ played, life }: Outcome): Case[] {
  if (played.fault?.of === 'read') return [];
  const first = played.fault ? (life.marksBeforeFault ?? 0) + 1 : played.card === 'good' ? 0 : 1;
  const { path, card, fault } = played;
  return life.marks
    .map((_, index) => index + 1)
    .concat(first === 0 ? [0] : [])
    .filter((marks) => marks >= first)
    .map((marks) => ({ path, card, ...(fault ? { fault } : {}), death: { marks } }));
}
