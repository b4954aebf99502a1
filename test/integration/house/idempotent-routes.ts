import { Body, Controller, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { IsInt } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { ApplicationError } from '../../../src/common/errors/index.js';
import { ApiProblems } from '../../../src/common/http/index.js';
import { IDEMPOTENCY_PROBLEMS, Idempotent } from '../../../src/common/idempotency/index.js';

class PaymentDto {
  @IsInt()
  amount: number;

  note?: unknown;
}

/** Routes that count how often they ran, for the tests of `@Idempotent()`. */
@Controller('payments')
export class PaymentsController {
  readonly runs: string[] = [];
  /** What a run waits for. */
  gate: Promise<unknown> = Promise.resolve();

  @Post(':account')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Pay' })
  @ApiProblems(...IDEMPOTENCY_PROBLEMS)
  async pay(@Param('account') account: string, @Body() body: Record<string, unknown>): Promise<object> {
    return { payment: await this.run(account), body };
  }

  @Post(':account/pending')
  @Idempotent()
  async payLater(@Param('account') account: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    void reply.status(202);
    return { payment: await this.run(account) };
  }

  @Post(':account/silent')
  @HttpCode(204)
  @Idempotent()
  async paySilently(@Param('account') account: string): Promise<void> {
    await this.run(account);
  }

  @Post(':account/checked')
  @HttpCode(200)
  @Idempotent()
  async payChecked(@Param('account') account: string, @Body() body: PaymentDto): Promise<object> {
    return { payment: await this.run(account), amount: body.amount };
  }

  @Post(':account/declined')
  @Idempotent()
  async decline(@Param('account') account: string): Promise<never> {
    const current = { payment: await this.run(account) };
    throw new ApplicationError('payment_declined', { detail: 'no money', extensions: { current } });
  }

  @Post(':account/required')
  @HttpCode(200)
  @Idempotent({ required: true })
  @ApiOperation({ summary: 'Pay, with a key' })
  async payWithKey(@Param('account') account: string): Promise<object> {
    return { payment: await this.run(account) };
  }

  /** Fails at first, then succeeds. */
  @Post(':account/flaky')
  @HttpCode(200)
  @Idempotent()
  async payFlakily(@Param('account') account: string): Promise<object> {
    const payment = await this.run(account);
    if (payment === 1) throw new Error('the network is down');
    return { payment };
  }

  /** @returns how many runs the account has had */
  private async run(account: string): Promise<number> {
    this.runs.push(account);
    const count = this.runs.filter((name) => name === account).length;
    await this.gate;
    return count;
  }
}
