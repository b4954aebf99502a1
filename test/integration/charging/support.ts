import { randomUUID } from 'node:crypto';
import {
  BillingProviderRegistry,
  ProviderError,
  type ChargeCommand,
  type ChargeOutcome,
  type CheckoutFact,
  type NextStep,
  type PaymentFact,
} from '../../../src/billing-providers/index.js';
import {
  ChargingService,
  type AttemptFactOutcome,
  type AttemptStatus,
  type ChargeAttempt,
  type Claim,
  type NewAttempt,
} from '../../../src/charging/index.js';
import { UnitOfWork, type Tx } from '../../../src/common/database/index.js';
import { startApplication, type StartedApplication, type StartOptions } from '../../support/application.js';
import { ONE_CLICK } from './attempts.js';
import { ScriptedProvider } from './scripted-provider.js';

/** Whose attempts these are: the handler of its moves is the test's. */
export const PURPOSE = 'test';

export interface Seen {
  readonly uuid: string;
  readonly from: AttemptStatus;
  readonly to: AttemptStatus;
}

/** The application with a provider that does what the test says. */
export interface Charging {
  readonly application: StartedApplication;
  readonly charging: ChargingService;
  readonly provider: ScriptedProvider;
  readonly userId: string;
  /** What the purpose's handler has heard, and what happens to it next. */
  readonly seen: Seen[];
  handler: (tx: Tx) => Promise<void>;
  run<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  newAttempt(changes?: Partial<NewAttempt>): NewAttempt;
  claim(changes?: Partial<NewAttempt>): Promise<Claim>;
  /** A new attempt, claimed. */
  claimed(command?: ChargeCommand): Promise<ChargeAttempt>;
  /** A new attempt, claimed and sent, with what the provider answers. */
  executed(answer: ChargeOutcome | Error, command?: ChargeCommand): Promise<ChargeAttempt>;
  apply(fact: PaymentFact | CheckoutFact): Promise<AttemptFactOutcome | undefined>;
  load(uuid: string): Promise<ChargeAttempt>;
  /** The newest attempt about a row of its purpose. */
  loadNewest(purpose: string, subjectId: string): Promise<ChargeAttempt>;
  /** `claimed`, and then what it went through. */
  path(uuid: string): Promise<string>;
  /** Makes an attempt older: all of its times, by the database's clock. */
  age(uuid: string, seconds: number): Promise<void>;
  /** Jobs that wait for an attempt, soonest first. */
  jobs(uuid: string): Promise<{ task: string; inSeconds: number }[]>;
}

export async function startCharging(options: StartOptions): Promise<Charging> {
  // Nothing moves but what the test moves.
  const environment = { PROCESS_ROLE: 'api', ...options.environment };
  const application = await startApplication({ ...options, environment });
  const { app, database } = application;
  const provider = new ScriptedProvider();
  Object.assign(app.get(BillingProviderRegistry), { get: () => provider });
  const charging = app.get(ChargingService);
  const unitOfWork = app.get(UnitOfWork);
  const [user] = await database.query<{ id: string }>(
    `INSERT INTO users (external_id, name, email) VALUES ('ana', 'Ana', 'ana@example.com') RETURNING id`,
  );
  const run: Charging['run'] = (work) => unitOfWork.run(work);
  const newAttempt: Charging['newAttempt'] = (changes = {}) => ({
    intentKey: `test:${randomUUID()}`,
    purpose: PURPOSE,
    subjectId: '1',
    provider: 'stripe',
    userId: user?.id ?? '',
    amount: ONE_CLICK.amount,
    currency: ONE_CLICK.currency,
    command: ONE_CLICK,
    ...changes,
  });
  const claim: Charging['claim'] = (changes) => run((tx) => charging.claim(tx, newAttempt(changes)));
  const claimed: Charging['claimed'] = async (command = ONE_CLICK) => attemptIn(await claim({ command }));
  const tools: Charging = {
    application,
    charging,
    provider,
    userId: user?.id ?? '',
    seen: [],
    handler: () => Promise.resolve(),
    run,
    newAttempt,
    claim,
    claimed,
    async executed(answer, command) {
      const { uuid } = await claimed(command);
      provider.will(answer);
      return charging.execute(uuid);
    },
    apply: (fact) => run((tx) => charging.applyFact(tx, fact)),
    async load(uuid) {
      const attempt = await charging.find(uuid);
      if (!attempt) throw new Error(`there is no attempt ${uuid}`);
      return attempt;
    },
    async loadNewest(purpose, subjectId) {
      const [newest] = await database.query<{ uuid: string }>(
        'SELECT uuid FROM charge_attempts WHERE purpose = $1 AND subject_id = $2 ORDER BY id DESC LIMIT 1',
        [purpose, subjectId],
      );
      return tools.load(newest?.uuid ?? '');
    },
    async path(uuid) {
      const rows = await database.query<{ to_status: string }>(
        `SELECT to_status FROM charge_attempt_moves AS moves JOIN charge_attempts AS attempts
           ON attempts.id = moves.charge_attempt_id WHERE uuid = $1 ORDER BY moves.id`,
        [uuid],
      );
      return rows.map((row) => row.to_status).join(' ');
    },
    async age(uuid, seconds) {
      await database.query(
        `UPDATE charge_attempts SET created_at = created_at - $2::int * interval '1 second',
           updated_at = updated_at - $2::int * interval '1 second', sent_at = sent_at - $2::int * interval '1 second',
           absent_at = absent_at - $2::int * interval '1 second' WHERE uuid = $1`,
        [uuid, seconds],
      );
    },
    jobs: (uuid) =>
      database.query(
        `SELECT task.identifier AS task, round(extract(epoch FROM job.run_at - now()))::int AS "inSeconds"
         FROM graphile_worker._private_jobs AS job JOIN graphile_worker._private_tasks AS task ON task.id = job.task_id
         WHERE job.payload->>'uuid' = $1 ORDER BY job.run_at, task.identifier`,
        [uuid],
      ),
  };
  charging.onMoved(PURPOSE, async (tx, attempt, from) => {
    await tools.handler(tx);
    tx.afterCommit(() => tools.seen.push({ uuid: attempt.uuid, from, to: attempt.status }));
  });
  return tools;
}

export function attemptIn(claim: Claim): ChargeAttempt {
  if (!claim.claimed) throw new Error('the intent is held');
  return claim.attempt;
}

export const refused = () => new ProviderError('refused', 'no', { providerCode: 'parameter_invalid' });
export const unavailable = () => new ProviderError('unavailable', 'later', { providerCode: 'ECONNREFUSED' });
export const unanswered = () => new ProviderError('unknown', 'silence', { providerCode: 'ETIMEDOUT' });

const PAYMENT = { paymentId: 'pi_1' };
export const succeeded = (paymentId = 'pi_1', amount = 4_900): ChargeOutcome => ({
  status: 'succeeded',
  references: { paymentId },
  amount,
  method: { kind: 'card', brand: 'visa', last4: '4242' },
});
export const declined = (paymentId = 'pi_1'): ChargeOutcome => ({
  status: 'failed',
  references: { paymentId },
  failure: { code: 'card_declined', providerCode: 'do_not_honor' },
});
export const AUTHENTICATE: NextStep = { kind: 'authenticate', url: 'https://bank.test/3ds?secret=1' };
export const requiresAction = (): ChargeOutcome => ({
  status: 'requires_action',
  references: PAYMENT,
  next: AUTHENTICATE,
});
/** @param expiresAt product time */
export const pixPending = (expiresAt: Date): ChargeOutcome => ({
  status: 'pending',
  references: PAYMENT,
  next: {
    kind: 'pix',
    copyPasteCode: '00020126580014br.gov.bcb.pix',
    expiresAt: expiresAt.getTime() / 1_000,
  },
});
export const processing = (): ChargeOutcome => ({ status: 'pending', references: PAYMENT });
export const expired = (): ChargeOutcome => ({ status: 'expired', references: PAYMENT });
export const canceled = (): ChargeOutcome => ({ status: 'canceled', references: PAYMENT });

const LABELS = { attemptId: null, offerUuid: null, groupId: null };
/** 15 January 2026, 09:00 UTC, when the tests' clock begins. */
export const AT = 1_768_467_600;

export const paymentFact = (change: PaymentFact['change'], changes: Partial<PaymentFact> = {}): PaymentFact => ({
  kind: 'payment',
  change,
  provider: 'stripe',
  eventId: `evt_${randomUUID()}`,
  occurredAt: AT,
  ...LABELS,
  paymentId: 'pi_1',
  customerId: 'cus_1',
  amount: 4_900,
  currency: 'BRL',
  methodKind: 'card',
  subscriptionId: null,
  priceIds: [],
  ...changes,
});

export const checkoutFact = (change: CheckoutFact['change'], changes: Partial<CheckoutFact> = {}): CheckoutFact => ({
  kind: 'checkout',
  change,
  provider: 'stripe',
  eventId: `evt_${randomUUID()}`,
  occurredAt: AT,
  ...LABELS,
  checkoutId: 'cs_1',
  mode: 'payment',
  paid: true,
  paymentId: 'pi_1',
  subscriptionId: null,
  customerId: 'cus_1',
  amount: 4_900,
  currency: 'BRL',
  ...changes,
});

const PAYABLE = {
  amount: 4_900,
  currency: 'BRL',
  customerId: 'cus_1',
  description: 'Colour grading',
  metadata: { zeta: 'last', alpha: 'first' },
};

/** One of each kind. */
export const COMMANDS: Readonly<{ [Kind in ChargeCommand['kind']]: Extract<ChargeCommand, { kind: Kind }> }> = {
  one_click: ONE_CLICK,
  checkout: {
    ...PAYABLE,
    kind: 'checkout',
    methods: ['card', 'pix'],
    successUrl: 'http://uplift.test/thank-you',
    cancelUrl: 'http://uplift.test/upsell-native',
    expiresAt: AT + 1_800,
  },
  pix: { ...PAYABLE, kind: 'pix', name: 'Ana', email: 'ana@example.com', expiresInSeconds: 3_600 },
  start_plan: { ...PAYABLE, kind: 'start_plan', cardId: 'pm_1', planPriceId: 'price_1' },
  change_plan: {
    ...PAYABLE,
    kind: 'change_plan',
    mode: 'prorated_immediately',
    credit: 0,
    subscriptionId: 'sub_1',
    fromPriceId: 'price_1',
    planPriceId: 'price_2',
    prorationAt: AT,
  },
  refund: {
    kind: 'refund',
    amount: 4_900,
    currency: 'BRL',
    customerId: 'cus_1',
    paymentId: 'pi_0',
    reason: 'requested_by_customer',
  },
};
