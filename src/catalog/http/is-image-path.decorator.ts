import { applyDecorators } from '@nestjs/common';
import { IsString, Matches } from 'class-validator';
import { IMAGE_PATH } from '../domain/image-path.js';

/** The path of an uploaded picture, `/media/<sha256>`. Whether it is there, `CatalogService.findMissingImages` knows. */
export const IsImagePath = (): PropertyDecorator =>
  applyDecorators(
    IsString(),
    Matches(IMAGE_PATH, { message: '$property must be the path of an uploaded image: /media/<sha256>' }),
  );
