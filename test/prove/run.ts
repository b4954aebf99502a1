import { collect, collectDoubts } from './checks/collect.js';
import type { Evidence, ServerError, Violation } from './checks/evidence.types.js';
import { findViolations } from './checks/index.js';
import { Customer } from './people/customer.js';
import { Shop } from './people/shop.js';
import type { Act, Fault, Plan } from './plan/plan.types.js';
import { LAST_WORDS } from './hook/protocol.js';
import type { DatabaseServer } from './world/database-server.js';
import { settle } from './world/settling.js';
import { countPlanned, NO_TROUBLE, PlannedTrouble, type Tally } from './world/trouble.js';
import { World } from './world/world.js';

/** A reading that waits for the siblings of its event, and jobs that follow at once. */
const AFTERMATH_SECONDS = 5;
const MINUTES_TO_HEAL = 10;
/** Longer than any event is late. */
const DAYS_TO_COME = 6;
const HOUR_SECONDS = 3_600;

interface InvariantLook {
  readonly name: string;
  readonly violations: number | null;
  readonly problem: string | null;
  readonly examples: readonly unknown[];
}

export interface RunResult {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  readonly tally: Tally;
  readonly figures: Readonly<Record<'kills' | 'charges' | 'refunds' | 'events' | 'acts' | 'clicks', number>>;
  /** What happened, for whoever has to understand it. */
  readonly journal: readonly string[];
}

/** One world, one plan, from the first customer to the last check. */
export class Run {
  private readonly tally: Tally;
  /** What was planned for an act that never came to its place: it happens in the next. */
  private missed: readonly Fault[] = [];
  private readonly journal: string[] = [];
  private readonly serverErrors: ServerError[] = [];
  private readonly poisoned: string[] = [];
  private readonly unsettled: string[] = [];
  private acts = 0;

  private constructor(
    private readonly plan: Plan,
    private readonly world: World,
    private readonly shop: Shop,
    private readonly customers: readonly Customer[],
    private readonly watch: (line: string) => void,
  ) {
    this.tally = countPlanned(plan.acts);
  }

  static async carryOut(server: DatabaseServer, plan: Plan, watch: (line: string) => void): Promise<RunResult> {
    let world: World | undefined;
    try {
      world = await World.open(server, `prove_${plan.seed}`);
      const run = await Run.begin(world, plan, watch);
      return await run.toTheEnd().catch((error: unknown) => run.breakOff(error));
    } catch (error) {
      const figures = { kills: 0, charges: 0, refunds: 0, events: 0, acts: 0, clicks: 0 };
      return { plan, violations: [toUnended(error)], tally: countPlanned(plan.acts), journal: [], figures };
    } finally {
      await world?.close();
    }
  }

  private static async begin(world: World, plan: Plan, watch: (line: string) => void): Promise<Run> {
    const shop = await Shop.open(world);
    const customers: Customer[] = [];
    for (const [index, provider] of plan.customers.entries()) {
      customers.push(await Customer.register(shop, `customer-${index}`, provider));
    }
    return new Run(plan, world, shop, customers, watch);
  }

  private async toTheEnd(): Promise<RunResult> {
    await this.quieten();
    for (const [index, act] of this.plan.acts.entries()) await this.perform(act, index + 1);
    const doubts = await this.heal();
    const evidence = await this.collect(doubts);
    const moved = evidence.moved.filter(({ outcome }) => outcome === 'succeeded');
    return this.toResult(findViolations(evidence), {
      charges: moved.filter(({ type }) => type === 'charge').length,
      refunds: moved.filter(({ type }) => type === 'refund').length,
      events: evidence.events.length,
    });
  }

  /** Whatever keeps a run from its end is told as what it is: nothing was shown by it. */
  private breakOff(error: unknown): RunResult {
    return this.toResult([toUnended(error)], { charges: 0, refunds: 0, events: 0 });
  }

  private toResult(
    violations: readonly Violation[],
    figures: Pick<RunResult['figures'], 'charges' | 'refunds' | 'events'>,
  ): RunResult {
    const { plan, tally, journal } = this;
    const clicks = this.customers.reduce((sum, { client }) => sum + client.told.length, 0);
    const kills = tally.kill?.reached ?? 0;
    return { plan, violations, tally, journal, figures: { ...figures, kills, acts: this.acts, clicks } };
  }

  private async perform(planned: Act, number: number): Promise<void> {
    const act = { ...planned, faults: [...planned.faults, ...this.missed] };
    const customer = this.customers[act.customer];
    if (!customer) throw new Error(`act ${number} is nobody's`);
    const words = this.countWords();
    const told = this.countTold();
    const lines = this.world.all.map((member) => member.lines.length);
    const trouble = new PlannedTrouble(this.world, act, this.tally);
    this.world.trouble = trouble;
    await trouble.begin();
    const isDone = await this.carryOut(customer, act);
    this.note(
      `${number}. customer ${act.customer} ${act.deed.do}${isDone ? '' : ` (not possible: ${customer.obstacle})`}`,
    );
    if (isDone) this.acts += 1;
    this.unsettled.push(...(await settle(this.world, trouble.mayStall)).map((what) => `${what} (act ${number})`));
    await this.world.move(AFTERMATH_SECONDS);
    this.unsettled.push(...(await settle(this.world, trouble.mayStall)).map((what) => `${what} (act ${number})`));
    await trouble.end();
    this.world.trouble = NO_TROUBLE;
    await settle(this.world);
    this.missed = trouble.conclude();
    this.poisoned.push(...trouble.poisoned);
    this.noteDeaths(words);
    this.noteFailures(lines);
    this.noteAnswers(told, act, number);
  }

  private async carryOut(customer: Customer, { deed, ...act }: Act): Promise<boolean> {
    if (deed.do === 'wait') {
      await this.world.move(deed.minutes * 60);
      return true;
    }
    if (deed.do !== 'renew') return customer.carryOut({ deed, ...act });
    const renewsAt = await customer.renewsAt();
    if (!renewsAt) return false;
    await this.pass((renewsAt.getTime() - this.world.now().getTime()) / 1_000 + 60);
    await this.pass(2 * HOUR_SECONDS);
    return true;
  }

  private async pass(seconds: number): Promise<void> {
    if (seconds > 0) await this.world.move(seconds);
    await settle(this.world, true);
  }

  /** Faults are over: what is left is done within ten minutes, what is on its way arrives, and what was lost is looked for. */
  private async heal(): Promise<Awaited<ReturnType<typeof collectDoubts>>> {
    for (let minute = 0; minute < MINUTES_TO_HEAL; minute++) {
      await this.world.move(60);
      await settle(this.world);
    }
    const doubts = await collectDoubts(this.world);
    for (let day = 0; day < DAYS_TO_COME; day++) {
      await this.world.move(24 * HOUR_SECONDS);
      await settle(this.world);
    }
    await this.lookForWhatWasLost();
    await this.quieten();
    return doubts;
  }

  /** What events that never came have left behind is found by the sweeps that run each hour, and by reconciliation. */
  private async lookForWhatWasLost(): Promise<void> {
    await this.world.query(
      'SELECT graphile_worker.add_job(identifier) FROM graphile_worker._private_known_crontabs ORDER BY identifier',
    );
    await this.quieten();
    await this.reconcile();
  }

  /** Both providers are compared with our rows; the service says when it is done. */
  private async reconcile(): Promise<void> {
    const started = await this.shop.client.ask(
      {
        method: 'POST',
        path: '/api/v1/admin/reconciliations',
        body: { dry_run: false, since: '2026-01-01' },
        by: 'merchant',
      },
      0,
    );
    if (started.status === 404) return;
    const runs = started.body.items as readonly { readonly id: string }[];
    for (const { id } of runs) {
      for (let minute = 0; minute < MINUTES_TO_HEAL; minute++) {
        const run = await this.shop.admin('GET', `reconciliations/${id}`);
        this.note(`     reconciliation with ${run.provider} ${run.status}: ${JSON.stringify(run.differences)}`);
        if (run.status !== 'running') break;
        await this.world.move(60);
        await settle(this.world);
      }
    }
  }

  private async quieten(): Promise<void> {
    for (let time = 0; time < 3; time++) {
      this.unsettled.push(...(await settle(this.world)));
      await this.world.move(AFTERMATH_SECONDS);
    }
    this.unsettled.push(...(await settle(this.world)));
  }

  private async collect(doubts: Awaited<ReturnType<typeof collectDoubts>>): Promise<Evidence> {
    const collected = await collect(this.world, this.shop, this.customers);
    return {
      ...collected,
      ...doubts,
      acknowledged: [...collected.acknowledged, ...this.poisoned],
      poisoned: this.poisoned,
      brokenInvariants: await this.lookAtInvariants(),
      serverErrors: this.serverErrors,
      unhandled: this.collectUnhandled(),
      unsettled: this.unsettled,
    };
  }

  /** What the service says of its own rows. */
  private async lookAtInvariants(): Promise<string[]> {
    const { invariants } = (await this.shop.admin('GET', 'invariants')) as { invariants: readonly InvariantLook[] };
    return invariants.flatMap(({ name, violations, problem, examples }) => {
      if (problem !== null) return [`${name} could not be looked at: ${problem}`];
      return violations === 0 ? [] : [`${name}: ${violations}, such as ${JSON.stringify(examples.slice(0, 3))}`];
    });
  }

  private collectUnhandled(): string[] {
    return this.world.all.flatMap((member) => [
      ...member.mishaps,
      ...member.lines.filter(isUnhandled).map((line) => `${member.name} wrote: ${line.slice(0, 400)}`),
    ]);
  }

  private countWords(): number[] {
    return this.world.all.map(({ lastWords }) => lastWords.length);
  }

  private countTold(): number[] {
    return this.customers.map(({ client }) => client.told.length);
  }

  private noteDeaths(before: readonly number[]): void {
    for (const [index, { lastWords }] of this.world.all.entries()) {
      for (const words of lastWords.slice(before[index])) this.note(`     ${words}`);
    }
  }

  /** What an operator would see of requests that failed in a way that nobody had thought of. */
  private noteFailures(before: readonly number[]): void {
    for (const [index, { name, lines }] of this.world.all.entries()) {
      const failures = lines.slice(before[index]).filter((line) => line.includes('"request failed: '));
      for (const line of failures.slice(0, 3)) this.note(`     ${name} wrote: ${line.slice(0, 1_500)}`);
    }
  }

  private noteAnswers(before: readonly number[], { faults }: Act, act: number): void {
    for (const [index, { client }] of this.customers.entries()) {
      for (const { wish, answer, replica } of client.told.slice(before[index])) {
        const what = `${wish.method} ${wish.path}`;
        if (wish.method !== 'GET') {
          const code = answer?.body?.code ? ` ${answer.body.code}` : '';
          this.note(`     ${what} at api-${replica + 1}: ${answer?.status ?? 'no answer'}${code}`);
        }
        if (!answer || answer.status < 500) continue;
        const { status, body } = answer;
        const kinds = faults.map(({ kind }) => kind);
        this.serverErrors.push({ act, what, status, code: body?.code ?? '', faults: kinds });
      }
    }
  }

  private note(line: string): void {
    this.journal.push(line);
    this.watch(line);
  }
}

const toUnended = (error: unknown): Violation => ({
  check: 'the run came to its end',
  text: error instanceof Error ? (error.stack ?? error.message) : String(error),
});

/** By `console.trace` graphile-worker tells what ended one of its workers, such as a connection that was lost; others follow them. */
const LIBRARY_TRACE = /^Trace: Error: |^\s+at |^\s+(?:errno|code|syscall): |^\}$/;

/** A line that is not the logger's own, or that tells of what nobody had thought of. */
function isUnhandled(line: string): boolean {
  if (line.startsWith(LAST_WORDS) || LIBRARY_TRACE.test(line)) return false;
  if (!line.startsWith('{')) return line.trim() !== '';
  const { level, msg = '' } = JSON.parse(line) as { level?: string; msg?: string };
  return level === 'fatal' || /unhandled|uncaught/i.test(msg);
}
