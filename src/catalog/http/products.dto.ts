import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { IfGiven, IsNested, IsText } from '../../common/http/index.js';
import { IsCode } from './code.decorator.js';
import { IsImagePath } from './is-image-path.decorator.js';

const IMAGE_EXAMPLE = '/media/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

export class ProductPathDto {
  @ApiProperty({ example: 'course-lighting' })
  @IsCode()
  code: string;
}

export class ProductTranslationDto {
  @ApiProperty({ required: false, example: 'Curso de iluminação' })
  @IfGiven()
  @IsText(255)
  name?: string;

  @ApiProperty({ required: false, example: 'Doze aulas sobre luz' })
  @IfGiven()
  @IsText(2_000)
  description?: string;

  @ApiProperty({ required: false, example: 'O acesso chega por e-mail em poucos minutos.' })
  @IfGiven()
  @IsText(2_000)
  delivery?: string;
}

export class ProductTranslationsDto {
  @ApiProperty({ type: ProductTranslationDto, required: false })
  @IfGiven()
  @IsNested(() => ProductTranslationDto)
  vi?: ProductTranslationDto;

  @ApiProperty({ type: ProductTranslationDto, required: false })
  @IfGiven()
  @IsNested(() => ProductTranslationDto)
  'pt-BR'?: ProductTranslationDto;

  @ApiProperty({ type: ProductTranslationDto, required: false })
  @IfGiven()
  @IsNested(() => ProductTranslationDto)
  en?: ProductTranslationDto;
}

export class UpsertProductDto {
  @ApiProperty({ example: 'Lighting course' })
  @IsText(255)
  name: string;

  @ApiProperty({ type: String, required: false, nullable: true, example: 'Twelve lessons about light' })
  @IsOptional()
  @IsText(2_000)
  description?: string | null;

  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    example: 'Your access arrives by e-mail within minutes.',
    description: 'How the customer gets it: shown on the thank-you page',
  })
  @IsOptional()
  @IsText(2_000)
  delivery?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, example: IMAGE_EXAMPLE })
  @IsOptional()
  @IsImagePath()
  image?: string | null;

  @ApiProperty({
    type: ProductTranslationsDto,
    required: false,
    default: {},
    description: 'By language; a text that is missing is shown as above',
  })
  @IfGiven()
  @IsNested(() => ProductTranslationsDto)
  translations?: ProductTranslationsDto;

  @ApiProperty({ required: false, default: true })
  @IfGiven()
  @IsBoolean()
  is_active?: boolean;
}

export class ProductDto {
  @ApiProperty({ example: '5f0c9c1e-52a1-4b5e-9f7a-0d4b7a1c2e33' })
  id: string;

  @ApiProperty({ example: 'course-lighting' })
  code: string;

  @ApiProperty({ example: 'Lighting course' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: 'Twelve lessons about light' })
  description: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Your access arrives by e-mail within minutes.' })
  delivery: string | null;

  @ApiProperty({ type: String, nullable: true, example: IMAGE_EXAMPLE })
  image: string | null;

  @ApiProperty({ type: ProductTranslationsDto })
  translations: ProductTranslationsDto;

  @ApiProperty()
  is_active: boolean;
}
