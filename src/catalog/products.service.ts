import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../common/database/index.js';
import { ApplicationError } from '../common/errors/index.js';
import type { Product } from './domain/product.js';
import { MediaService } from './media.service.js';
import { ProductRepository, type ProductDetails } from './persistence/product.repository.js';

/** Products, as administrators keep them. */
@Injectable()
export class ProductsService {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly products: ProductRepository,
    private readonly media: MediaService,
  ) {}

  list(): Promise<readonly Product[]> {
    return this.products.findAll();
  }

  /**
   * Makes the product exist as told.
   *
   * @throws ApplicationError validation_failed for an image that nobody has uploaded
   */
  upsert(details: ProductDetails): Promise<Product> {
    return this.unitOfWork.run(async (tx) => {
      await this.media.requireImage(details.image, tx);
      return this.products.upsert(tx, details);
    });
  }

  /** @throws ApplicationError product_not_found; in_use while an offer, a sale or an entitlement refers to it */
  delete(code: string): Promise<void> {
    return this.unitOfWork.run(async (tx) => {
      const outcome = await this.products.delete(tx, code);
      if (outcome === 'in_use') throw new ApplicationError('in_use');
      if (outcome === 'not_found') throw new ApplicationError('product_not_found');
    });
  }
}
