import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import { IsUUID } from 'class-validator';
import { IfGiven, IsForeignId } from '../../common/http/index.js';
import type { EligibleOffer, Ineligible } from '../domain/eligibility.js';
import { TRIGGER_KINDS } from '../domain/upsell-rule.js';
import { IsTerms } from './is-terms.decorator.js';

const REASONS = ['no_payment_method', 'payment_pending'] as const;
const PENDING = ['checkout', 'authenticate', 'pix', 'processing'] as const;

export class CustomerPathDto {
  @ApiProperty({ example: 'cus_9s6GKX3Yk1', description: 'The provider’s id of the customer' })
  @IsForeignId()
  customerId: string;
}

class EligibleProductDto {
  @ApiProperty({ example: '3f7b3b0e-1c35-4a5d-8a53-2b7c9d6e4f10' })
  id: string;

  @ApiProperty({ example: 'Preset pack' })
  name: string;

  @ApiProperty({ type: 'integer', example: 1900, description: 'Minor units of `currency`' })
  price: number;

  @ApiProperty({ example: 'USD', description: 'ISO 4217' })
  currency: string;
}

class FaceFailureDto {
  @ApiProperty({ example: 'insufficient_funds' })
  code: NonNullable<EligibleOffer['last_failure']>['code'];

  @ApiProperty({ description: 'For the customer' })
  message: string;
}

/** All but `eligible` and `reason` only where there is an offer. */
@ApiExtraModels(EligibleProductDto)
export class EligibilityDto {
  @ApiProperty()
  eligible: boolean;

  @ApiProperty({ required: false, enum: REASONS, description: 'Why not, where it is about the customer' })
  reason?: Ineligible['reason'];

  @ApiProperty({ required: false, type: EligibleProductDto })
  product?: EligibleProductDto;

  @ApiProperty({ required: false, example: 'pm_1QxGrW2eZvKYlo2C', description: 'What one click would charge' })
  paymentMethodId?: string;

  @ApiProperty({
    required: false,
    description: 'Digest of all that is agreed to: bring it back to accept, in the same language',
  })
  terms?: string;

  @ApiProperty({ required: false, format: 'date-time' })
  expires_at?: string;

  @ApiProperty({ required: false, enum: ['post_purchase', ...TRIGGER_KINDS] })
  source?: EligibleOffer['source'];

  @ApiProperty({ required: false, description: 'True: ask for a quote first, and bring back its id and its terms' })
  quote_required?: boolean;

  @ApiProperty({ required: false, type: FaceFailureDto, nullable: true })
  last_failure?: FaceFailureDto | null;
}

export class DeclineUpsellDto {
  @ApiProperty({
    required: false,
    description: '`terms` of the offer that is meant; without them, what was offered after the customer’s last answer',
  })
  @IfGiven()
  @IsTerms()
  terms?: string;
}

export class AcceptUpsellDto extends DeclineUpsellDto {
  @ApiProperty({ required: false, description: 'Where one is required' })
  @IfGiven()
  @IsUUID()
  quote_id?: string;
}

export class AcceptedUpsellDto {
  @ApiProperty({ description: 'Only once it is paid' })
  success: boolean;

  @ApiProperty({ example: '8c1f6f0a-52d1-4e25-8e3a-0d7a6b4c2e19', description: 'Names the purchase' })
  sessionId: string;

  @ApiProperty({ required: false, enum: PENDING, description: 'Of one that is not final' })
  status?: (typeof PENDING)[number];

  @ApiProperty({ required: false, description: 'The provider’s page, or the bank’s: send the customer there' })
  checkout_url?: string;
}

export class DeclinedUpsellDto {
  @ApiProperty({ enum: [true] })
  success: true;
}
