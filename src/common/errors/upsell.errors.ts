import { define } from './error-definition.js';

/** Funnels, and what a customer is told on their way through one. */
export const UPSELL_ERRORS = define({
  funnel_not_found: {
    status: 404,
    messages: {
      vi: 'Không tìm thấy phễu upsell.',
      'pt-BR': 'Funil de upsell não encontrado.',
      en: 'The upsell funnel was not found.',
    },
  },
  funnel_version_not_found: {
    status: 404,
    messages: {
      vi: 'Không tìm thấy phiên bản phễu này.',
      'pt-BR': 'Versão do funil não encontrada.',
      en: 'The funnel has no such version.',
    },
  },
  funnel_invalid: {
    status: 422,
    messages: {
      vi: 'Phễu upsell này không thể xuất bản.',
      'pt-BR': 'Este funil de upsell não pode ser publicado.',
      en: 'This upsell funnel cannot be published.',
    },
  },
  upsell_session_not_found: {
    status: 404,
    messages: {
      vi: 'Ưu đãi này không còn nữa.',
      'pt-BR': 'Esta oferta não existe mais.',
      en: 'This offer is not there any more.',
    },
  },
  upsell_session_over: {
    status: 410,
    messages: { vi: 'Các ưu đãi đã kết thúc.', 'pt-BR': 'As ofertas foram encerradas.', en: 'The offers have ended.' },
  },
  upsell_step_stale: {
    status: 409,
    messages: {
      vi: 'Trang này đã cũ: một bước khác đang mở.',
      'pt-BR': 'Esta página está desatualizada: outra etapa está aberta.',
      en: 'This page is out of date: another step is open.',
    },
  },
  upsell_step_expired: {
    status: 410,
    messages: {
      vi: 'Ưu đãi này đã hết hạn. Bạn chưa bị trừ tiền.',
      'pt-BR': 'Esta oferta expirou. Nada foi cobrado.',
      en: 'This offer has expired. Nothing was charged.',
    },
  },
  upsell_offer_changed: {
    status: 409,
    messages: {
      vi: 'Ưu đãi đã thay đổi. Hãy xem lại trước khi đồng ý. Bạn chưa bị trừ tiền.',
      'pt-BR': 'A oferta mudou. Confira antes de aceitar. Nada foi cobrado.',
      en: 'The offer has changed. Look at it again before you accept. Nothing was charged.',
    },
  },
  upsell_payment_pending: {
    status: 409,
    messages: {
      vi: 'Một thanh toán khác của bước này đang được xử lý.',
      'pt-BR': 'Outro pagamento desta etapa está em andamento.',
      en: 'Another payment of this step is under way.',
    },
  },
  payment_method_not_allowed: {
    status: 422,
    messages: {
      vi: 'Ưu đãi này không nhận cách thanh toán đó.',
      'pt-BR': 'Esta oferta não aceita esta forma de pagamento.',
      en: 'This offer cannot be paid that way.',
    },
  },
  payment_method_not_found: {
    status: 404,
    messages: {
      vi: 'Không tìm thấy phương thức thanh toán này.',
      'pt-BR': 'Forma de pagamento não encontrada.',
      en: 'The payment method was not found.',
    },
  },
  payment_method_expired: {
    status: 422,
    messages: { vi: 'Thẻ này đã hết hạn.', 'pt-BR': 'Este cartão está vencido.', en: 'This card has expired.' },
  },
  payment_method_not_reusable: {
    status: 422,
    messages: {
      vi: 'Thẻ này cần được nhập lại cho mỗi lần thanh toán.',
      'pt-BR': 'Este cartão precisa ser informado novamente a cada pagamento.',
      en: 'This card has to be entered anew for each payment.',
    },
  },
  payment_method_currency_not_supported: {
    status: 422,
    messages: {
      vi: 'Thẻ này không thanh toán được bằng loại tiền này.',
      'pt-BR': 'Este cartão não paga nesta moeda.',
      en: 'This card does not pay in this currency.',
    },
  },
  one_click_not_available: {
    status: 422,
    messages: {
      vi: 'Không thể mua bằng một lần bấm cho đơn hàng này.',
      'pt-BR': 'A compra com um clique não está disponível para esta venda.',
      en: 'One-click payment is not available for this sale.',
    },
  },
  installments_not_allowed: {
    status: 422,
    messages: {
      vi: 'Không thể trả góp với số kỳ này.',
      'pt-BR': 'Este parcelamento não está disponível.',
      en: 'This number of instalments is not available.',
    },
  },
  offer_owned: {
    status: 409,
    messages: {
      vi: 'Bạn đã có sản phẩm hoặc gói này.',
      'pt-BR': 'Você já tem este produto ou plano.',
      en: 'You already have this.',
    },
  },
  offer_not_available: {
    status: 409,
    messages: {
      vi: 'Hiện không thể mua ưu đãi này.',
      'pt-BR': 'Esta oferta não pode ser comprada agora.',
      en: 'This offer cannot be bought just now.',
    },
  },
  cross_sell_not_found: {
    status: 404,
    messages: {
      vi: 'Không tìm thấy lần mua này.',
      'pt-BR': 'Compra não encontrada.',
      en: 'The purchase was not found.',
    },
  },
  upsell_not_available: {
    status: 400,
    messages: {
      vi: 'Hiện không có ưu đãi nào.',
      'pt-BR': 'Não há nenhuma oferta agora.',
      en: 'There is no offer just now.',
    },
  },
  upsell_rule_not_found: {
    status: 404,
    messages: {
      vi: 'Không tìm thấy quy tắc upsell.',
      'pt-BR': 'Regra de upsell não encontrada.',
      en: 'The upsell rule was not found.',
    },
  },
  provider_customer_not_found: {
    status: 404,
    messages: {
      vi: 'Không tìm thấy khách hàng này.',
      'pt-BR': 'Cliente não encontrado.',
      en: 'The customer was not found.',
    },
  },
  portal_not_available: {
    status: 409,
    messages: {
      vi: 'Bạn chưa có trang quản lý phương thức thanh toán.',
      'pt-BR': 'Você ainda não tem uma página de formas de pagamento.',
      en: 'There is no page for your payment methods yet.',
    },
  },
  payment_declined: {
    status: 402,
    messages: {
      vi: 'Thanh toán không thành công. Bạn chưa bị trừ tiền.',
      'pt-BR': 'O pagamento foi recusado. Nada foi cobrado.',
      en: 'The payment was declined. Nothing was charged.',
    },
  },
});
