import type { Language } from '../../config/index.js';

/** Texts of a product in one language; what is missing is said in the product's own words. Members as in the API. */
export interface ProductTranslation {
  readonly name?: string;
  readonly description?: string;
  readonly delivery?: string;
}

/** What a customer gets once, as opposed to a plan. */
export interface Product {
  /** Our id (`products.id`). */
  readonly id: string;
  readonly uuid: string;
  readonly code: string;
  readonly name: string;
  readonly description: string | null;
  /** How the customer gets it: shown on the thank-you page. */
  readonly delivery: string | null;
  /** Path on this service: `/media/<sha256>`. */
  readonly image: string | null;
  readonly translations: Readonly<Partial<Record<Language, ProductTranslation>>>;
  readonly isActive: boolean;
}

export interface ProductTexts {
  readonly name: string;
  readonly description: string | null;
  readonly delivery: string | null;
}

/** The product in a customer's language, text by text; its own words where no translation is known. */
export function translateProduct(product: Product, language: Language): ProductTexts {
  const translation = product.translations[language];
  return {
    name: translation?.name ?? product.name,
    description: translation?.description ?? product.description,
    delivery: translation?.delivery ?? product.delivery,
  };
}
