import { ApiProperty } from '@nestjs/swagger';
import { IsCountMap } from '../../catalog/index.js';
import { IsForeignId } from '../../common/http/index.js';

export class GroupPathDto {
  @ApiProperty({ example: 'acme', description: 'Your id of the group' })
  @IsForeignId()
  externalId: string;
}

export class UsageDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { seats: 7 },
    description: 'By the names of the plans’ limits; what is not named counts as unused',
  })
  @IsCountMap({ nullable: false })
  usage: Record<string, number>;
}
