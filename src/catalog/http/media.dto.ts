import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { IMAGE_TYPES, type ImageType } from '../domain/image-type.js';

export class MediaPathDto {
  @ApiProperty({ example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' })
  @Matches(/^[0-9a-f]{64}$/)
  sha256: string;
}

export class UploadedMediaDto {
  @ApiProperty({
    example: '/media/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    description: 'The `image` of products, offers and funnel steps',
  })
  path: string;

  @ApiProperty({ enum: IMAGE_TYPES })
  content_type: ImageType;

  @ApiProperty({ type: 'integer', example: 48213, description: 'Bytes' })
  size: number;
}
