import { applyDecorators } from '@nestjs/common';
import { IsString, Matches } from 'class-validator';

/** Where an uploaded picture is served. */
const IMAGE_PATH = /^\/media\/[0-9a-f]{64}$/;

/** The path of an uploaded picture, `/media/<sha256>`. Whether it is there, `CatalogService.findMissingImages` knows. */
export const IsImagePath = (): PropertyDecorator =>
  applyDecorators(
    IsString(),
    Matches(IMAGE_PATH, { message: '$property must be the path of an uploaded image: /media/<sha256>' }),
  );
