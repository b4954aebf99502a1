import { ApiProperty } from '@nestjs/swagger';

const PROBLEMS = ['timed_out', 'failed'] as const;

export class ViolationDto {
  @ApiProperty({ example: '7a9a1f7e-52a5-4b3f-8f9f-6a1b8f0c2d11', description: 'What it is about: its uuid or id' })
  subject: string;

  @ApiProperty({
    type: Object,
    additionalProperties: true,
    example: { sale_uuid: '1f6b1c9e-0d0f-4e1a-9c39-6f0f6c0f8f0a', amount: 1900, currency: 'USD' },
    description: 'Ids, statuses, and amounts in minor units; which of them differs from one invariant to the next',
  })
  detail: Readonly<Record<string, unknown>>;
}

export class InvariantDto {
  @ApiProperty({ example: 'upsell.paid_item_was_charged' })
  name: string;

  @ApiProperty({ example: 'An upsell that counts as paid was paid by a charge of its own that succeeded.' })
  promise: string;

  @ApiProperty({ example: 'Find the payment at the provider.', description: 'What to do about a violation' })
  remedy: string;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    example: 0,
    description: 'How many there are; null when it could not be looked at',
  })
  violations: number | null;

  @ApiProperty({ type: [ViolationDto], description: 'The first ten, by subject' })
  examples: ViolationDto[];

  @ApiProperty({
    enum: PROBLEMS,
    nullable: true,
    example: null,
    description: 'Why it could not be looked at; the log tells more',
  })
  problem: (typeof PROBLEMS)[number] | null;
}

export class InvariantReportDto {
  @ApiProperty({ format: 'date-time' })
  checked_at: string;

  @ApiProperty({ type: 'integer', example: 0, description: 'Of all invariants together' })
  violations: number;

  @ApiProperty({ type: 'integer', example: 0, description: 'Invariants that could not be looked at' })
  unchecked: number;

  @ApiProperty({ type: [InvariantDto], description: 'By name' })
  invariants: InvariantDto[];
}
