import { ApiProperty } from '@nestjs/swagger';
import { IsEmail, IsIn, MaxLength } from 'class-validator';
import { IfGiven, IsForeignId, IsText } from '../../common/http/index.js';
import { GROUP_ROLES, type GroupRole } from '../domain/membership.js';
import { PAYMENT_PROVIDERS, type PaymentProvider } from '../domain/payment-provider.js';

export class ExternalIdPathDto {
  @ApiProperty({ example: 'user-42', description: 'Your id' })
  @IsForeignId()
  externalId: string;
}

export class UpsertUserDto {
  @ApiProperty({ example: 'Nguyễn Thị Hoa' })
  @IsText(255)
  name: string;

  @ApiProperty({ example: 'hoa@shop.example', description: 'Unique without regard to case' })
  @IsEmail()
  @MaxLength(254)
  email: string;

  @ApiProperty({
    required: false,
    example: 'cus_NffrFeUfNV2Hib',
    description: 'The customer that this user is at the payment provider. When absent, the link stays as it is.',
  })
  @IfGiven()
  @IsForeignId()
  payment_provider_customer_id?: string;

  @ApiProperty({
    required: false,
    enum: PAYMENT_PROVIDERS,
    description: 'Of `payment_provider_customer_id`; what the installation prefers otherwise',
  })
  @IfGiven()
  @IsIn(PAYMENT_PROVIDERS)
  payment_provider?: PaymentProvider;
}

export class UserGroupDto {
  @ApiProperty({ example: 'team-7' })
  external_id: string;

  @ApiProperty({ example: 'Hoa & Partners' })
  name: string;

  @ApiProperty({ enum: GROUP_ROLES, example: 'owner' })
  role: GroupRole;
}

export class UserDto {
  @ApiProperty({ example: 'user-42' })
  external_id: string;

  @ApiProperty({ example: 'Nguyễn Thị Hoa' })
  name: string;

  @ApiProperty({ example: 'hoa@shop.example' })
  email: string;

  @ApiProperty({ type: String, nullable: true, example: 'cus_NffrFeUfNV2Hib', description: 'At the default provider' })
  payment_provider_customer_id: string | null;

  @ApiProperty({ type: [UserGroupDto] })
  groups: UserGroupDto[];

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Tokens that were issued before are refused; null: none was ever revoked',
  })
  tokens_valid_from: string | null;

  @ApiProperty({ example: '2026-05-03T09:30:00.000Z' })
  created_at: string;

  @ApiProperty({ example: '2026-05-03T09:30:00.000Z' })
  updated_at: string;
}
