import { define } from './error-definition.js';

/** Sales, what was paid for them, and who is told. */
export const SALE_ERRORS = define({
  sale_not_found: {
    status: 404,
    messages: { vi: 'Không tìm thấy đơn hàng.', 'pt-BR': 'Venda não encontrada.', en: 'The sale was not found.' },
  },
  sale_item_not_found: {
    status: 404,
    messages: {
      vi: 'Không tìm thấy mặt hàng trong đơn.',
      'pt-BR': 'Item da venda não encontrado.',
      en: 'The sale item was not found.',
    },
  },
  payment_not_found: {
    status: 404,
    messages: {
      vi: 'Nhà cung cấp không có khoản thanh toán này.',
      'pt-BR': 'O provedor não tem este pagamento.',
      en: 'The provider has no such payment.',
    },
  },
  payment_not_paid: {
    status: 409,
    messages: {
      vi: 'Khoản thanh toán này chưa hoàn tất hoặc đã được hoàn lại.',
      'pt-BR': 'Este pagamento não foi concluído ou já foi reembolsado.',
      en: 'This payment is not complete, or was given back.',
    },
  },
  payment_not_a_sale: {
    status: 409,
    messages: {
      vi: 'Khoản thanh toán này không phải là một đơn hàng mới.',
      'pt-BR': 'Este pagamento não é uma nova venda.',
      en: 'This payment is not a sale of its own.',
    },
  },
  sale_customer_mismatch: {
    status: 409,
    messages: {
      vi: 'Khoản thanh toán này thuộc về khách hàng khác.',
      'pt-BR': 'Este pagamento pertence a outro cliente.',
      en: 'This payment belongs to another customer.',
    },
  },
  refund_not_possible: {
    status: 409,
    messages: {
      vi: 'Không thể hoàn số tiền này.',
      'pt-BR': 'Este reembolso não é possível.',
      en: 'This refund is not possible.',
    },
  },
  webhook_endpoint_not_found: {
    status: 404,
    messages: {
      vi: 'Không tìm thấy địa chỉ webhook.',
      'pt-BR': 'Endpoint de webhook não encontrado.',
      en: 'The webhook endpoint was not found.',
    },
  },
  webhook_url_not_allowed: {
    status: 422,
    messages: {
      vi: 'Địa chỉ webhook này không được phép.',
      'pt-BR': 'Este endereço de webhook não é permitido.',
      en: 'This webhook address is not allowed.',
    },
  },
});
