import { ApiProperty } from '@nestjs/swagger';
import { LANGUAGES, type Language } from '../../config/index.js';
import { SALE_ITEM_STATUSES, type SaleItemStatus } from '../domain/sale-item.js';
import { SALE_STATUSES, type SaleStatus } from '../domain/sale.js';
import type { RenewalView, ThankYouItemView, ThankYouView } from '../domain/view.js';
import { IntervalDto, PendingViewDto } from './upsell-view.dto.js';

const AMOUNT = { type: 'integer', example: 1900, description: 'Minor units of `currency`' } as const;
const CURRENCY = { example: 'USD', description: 'ISO 4217' };

class ThankYouSaleDto {
  @ApiProperty({ example: '4d6e8f10-7c8b-4a1d-9e2f-5a3b1c0d9e87' })
  id: string;

  @ApiProperty({ enum: SALE_STATUSES })
  status: SaleStatus;

  @ApiProperty({ description: 'Nothing is offered any more' })
  is_closed: boolean;
}

class RenewalDto implements RenewalView {
  @ApiProperty(AMOUNT)
  amount: number;

  @ApiProperty(CURRENCY)
  currency: string;

  @ApiProperty({ type: IntervalDto })
  interval: IntervalDto;
}

class ThankYouItemDto implements ThankYouItemView {
  @ApiProperty({ example: 'Preset pack' })
  name: string;

  @ApiProperty({ enum: ['main', 'upsell'] })
  kind: 'main' | 'upsell';

  @ApiProperty({ enum: SALE_ITEM_STATUSES })
  status: SaleItemStatus;

  @ApiProperty(AMOUNT)
  amount: number;

  @ApiProperty(CURRENCY)
  currency: string;

  @ApiProperty({ type: String, nullable: true, description: 'How the customer gets it' })
  delivery: string | null;

  @ApiProperty({ type: String, nullable: true })
  image: string | null;

  @ApiProperty({ type: RenewalDto, nullable: true, description: 'What a plan is billed from its next period on' })
  renewal: RenewalDto | null;
}

class TotalDto {
  @ApiProperty(AMOUNT)
  amount: number;

  @ApiProperty(CURRENCY)
  currency: string;
}

export class ThankYouViewDto implements ThankYouView {
  @ApiProperty({ enum: LANGUAGES })
  language: Language;

  @ApiProperty({ type: ThankYouSaleDto })
  sale: ThankYouSaleDto;

  @ApiProperty({ type: [ThankYouItemDto] })
  items: readonly ThankYouItemDto[];

  @ApiProperty({ type: [TotalDto], description: 'Paid and not given back' })
  totals: readonly TotalDto[];

  @ApiProperty({ type: PendingViewDto, nullable: true })
  pending: PendingViewDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'While a payment is under way: the path of its page; `#token=` and the token come behind it',
  })
  resume_url: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Back to the shop' })
  return_url: string | null;

  @ApiProperty({ format: 'date-time' })
  server_time: string;
}
