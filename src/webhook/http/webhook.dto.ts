import { ApiProperty } from '@nestjs/swagger';

export class ReceivedDto {
  @ApiProperty({ example: true, enum: [true] })
  received: true;
}
