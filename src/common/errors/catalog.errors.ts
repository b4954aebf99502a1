import { define } from './error-definition.js';

/** What is sold. */
export const CATALOG_ERRORS = define({
  price_taken: {
    status: 409,
    messages: {
      vi: 'Giá này của nhà cung cấp đã thuộc về gói hoặc ưu đãi khác.',
      'pt-BR': 'Este preço do provedor já pertence a outro plano ou a outra oferta.',
      en: 'This provider price belongs to another plan or offer.',
    },
  },
  price_immutable: {
    status: 409,
    messages: {
      vi: 'Số tiền, loại tiền và chu kỳ của một giá không thể thay đổi.',
      'pt-BR': 'O valor, a moeda e o período de um preço não podem mudar.',
      en: 'The amount, currency and interval of a price never change.',
    },
  },
  plan_code_taken: {
    status: 409,
    messages: {
      vi: 'Mã gói này đã thuộc về package khác.',
      'pt-BR': 'Este código de plano já pertence a outro pacote.',
      en: 'This plan code belongs to another package.',
    },
  },
  package_not_found: {
    status: 404,
    messages: { vi: 'Không tìm thấy package.', 'pt-BR': 'Pacote não encontrado.', en: 'The package was not found.' },
  },
  media_not_found: {
    status: 404,
    messages: { vi: 'Không tìm thấy hình ảnh.', 'pt-BR': 'Imagem não encontrada.', en: 'The image was not found.' },
  },
  media_not_acceptable: {
    status: 415,
    messages: {
      vi: 'Chỉ nhận ảnh PNG, JPEG, WebP hoặc AVIF.',
      'pt-BR': 'Apenas imagens PNG, JPEG, WebP ou AVIF são aceitas.',
      en: 'Only PNG, JPEG, WebP or AVIF images are accepted.',
    },
  },
  product_not_found: {
    status: 404,
    messages: { vi: 'Không tìm thấy sản phẩm.', 'pt-BR': 'Produto não encontrado.', en: 'The product was not found.' },
  },
  offer_not_found: {
    status: 404,
    messages: { vi: 'Không tìm thấy ưu đãi.', 'pt-BR': 'Oferta não encontrada.', en: 'The offer was not found.' },
  },
  offer_immutable: {
    status: 409,
    messages: {
      vi: 'Sản phẩm hoặc gói mà một ưu đãi bán không thể thay đổi.',
      'pt-BR': 'O que uma oferta vende não pode mudar.',
      en: 'What an offer sells never changes: make a new offer.',
    },
  },
});
