import { ApiProperty } from '@nestjs/swagger';
import { ArrayNotEmpty, ArrayUnique, IsArray, IsIn, IsUUID } from 'class-validator';
import { IsText } from '../../common/http/index.js';
import { API_SCOPES, type ApiScope } from '../domain/api-scope.js';

export class ApiKeyPathDto {
  @ApiProperty({ example: '1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001' })
  @IsUUID()
  id: string;
}

export class CreateApiKeyDto {
  @ApiProperty({ example: 'storefront' })
  @IsText(100)
  name: string;

  @ApiProperty({ enum: API_SCOPES, isArray: true, example: ['service'] })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayUnique()
  @IsIn(API_SCOPES, { each: true })
  scopes: ApiScope[];
}

export class ApiKeyDto {
  @ApiProperty({ example: '1f6b1c9e-0f43-4b0b-9a0e-0f7c7cf0a001' })
  id: string;

  @ApiProperty({ example: 'storefront' })
  name: string;

  @ApiProperty({ example: 'upl_Zk3v9QpA', description: 'First characters of the key, also in the audit log' })
  prefix: string;

  @ApiProperty({ enum: API_SCOPES, isArray: true, example: ['service'] })
  scopes: ApiScope[];

  @ApiProperty({ example: '2026-05-03T09:30:00.000Z' })
  created_at: string;

  @ApiProperty({ type: String, nullable: true, example: '2026-05-03T09:31:00.000Z', description: 'To the minute' })
  last_used_at: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  revoked_at: string | null;
}

export class CreatedApiKeyDto extends ApiKeyDto {
  @ApiProperty({
    example: 'upl_Zk3v9QpA7mS0bq1rW8yXc2dE5fG6hJ4kL9nP0tU3vY',
    description: 'The key itself. It is shown this once.',
  })
  key: string;
}
