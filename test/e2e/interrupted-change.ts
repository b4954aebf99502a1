import { BillingProviderRegistry, type ChangePlanCommand } from '../../src/billing-providers/index.js';
import type { MatrixCustomer } from './matrix-customer.js';
import type { MatrixWorld } from './matrix-world.js';

/** A switch at once whose process died; what it was about to do, or had done, the test does in its place. */
export class InterruptedChange {
  private constructor(
    private readonly world: MatrixWorld,
    readonly attemptUuid: string,
    readonly command: ChangePlanCommand,
  ) {}

  /**
   * Claimed and, unless told otherwise, marked as sent; dead when it was about to call, or was waiting for the answer. By the
   * database's clock both were long ago.
   */
  static async begin(
    world: MatrixWorld,
    customer: MatrixCustomer,
    quoteId: string,
    status: 'claimed' | 'sent' = 'sent',
  ): Promise<InterruptedChange> {
    await world.shop.rows(`CREATE OR REPLACE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''the process died''; END'`);
    await world.shop.rows(`CREATE TRIGGER die BEFORE UPDATE ON charge_attempts FOR EACH ROW
      WHEN (NEW.status = 'sent') EXECUTE FUNCTION die()`);
    const answer = await customer.execute(quoteId);
    await world.shop.rows('DROP TRIGGER die ON charge_attempts');
    if (answer.status !== 500) throw new Error(`it did not die: ${answer.status}`);
    // Sent by the provider's clock, which in the sandbox stands still.
    const [row] = await world.shop.rows<{ uuid: string; command: ChangePlanCommand }>(
      `UPDATE charge_attempts a SET status = $3, created_at = $2, sent_at = CASE WHEN $3 = 'sent' THEN $2::timestamptz END
         FROM plan_quotes q
        WHERE a.purpose = 'plan_change' AND q.id = a.subject_id AND q.uuid = $1 AND a.status = 'claimed'
        RETURNING a.uuid, a.command`,
      [quoteId, world.sandbox.now(), status],
    );
    if (!row) throw new Error('nothing was claimed');
    return new InterruptedChange(world, row.uuid, row.command);
  }

  /** What the dead process may have done, or another one for an attempt of its own. */
  async callProvider(attemptUuid = this.attemptUuid): Promise<void> {
    await this.provider.changePlan(this.command, attemptUuid);
  }

  /** What the dead process may have done just before. */
  async releaseScheduledChange(): Promise<void> {
    const { subscriptionId } = this.command;
    await this.provider.cancelScheduledChange({ subscriptionId, requestId: `${this.attemptUuid}:release` });
  }

  /** Has the resolver look, as if so much time had passed since it looked before. */
  async resolve({ secondsLater = 0 } = {}): Promise<void> {
    await this.world.shop.rows(
      `UPDATE charge_attempts SET absent_at = absent_at - $2::int * interval '1 second' WHERE uuid = $1`,
      [this.attemptUuid, secondsLater],
    );
    await this.world.shop.rows(
      `SELECT graphile_worker.add_job('charging.resolve', json_build_object('uuid', $1::text),
         job_key => 'charging.resolve:' || $1::text, run_at => now())`,
      [this.attemptUuid],
    );
  }

  private get provider() {
    return this.world.application.app.get(BillingProviderRegistry, { strict: false }).get(this.world.side.id);
  }
}
