import type { ChargeFailureCode } from '../../billing-providers/index.js';
import type { Language } from '../../config/index.js';

/** Why the payment did not go through, and that nothing was charged: what a customer can act on, and no more. */
export const FAILURE_TEXTS: Readonly<Record<ChargeFailureCode, Readonly<Record<Language, string>>>> = {
  card_declined: {
    vi: 'Ngân hàng đã từ chối thẻ này. Bạn chưa bị trừ tiền. Hãy dùng thẻ khác.',
    'pt-BR': 'O banco recusou este cartão. Nada foi cobrado. Use outro cartão.',
    en: 'The bank declined this card. Nothing was charged. Use another card.',
  },
  insufficient_funds: {
    vi: 'Thẻ này không đủ số dư. Bạn chưa bị trừ tiền. Hãy dùng thẻ khác.',
    'pt-BR': 'Este cartão não tem saldo suficiente. Nada foi cobrado. Use outro cartão.',
    en: 'This card does not have enough funds. Nothing was charged. Use another card.',
  },
  card_expired: {
    vi: 'Thẻ này đã hết hạn. Bạn chưa bị trừ tiền. Hãy dùng thẻ khác.',
    'pt-BR': 'Este cartão está vencido. Nada foi cobrado. Use outro cartão.',
    en: 'This card has expired. Nothing was charged. Use another card.',
  },
  security_code_incorrect: {
    vi: 'Mã bảo mật của thẻ không đúng. Bạn chưa bị trừ tiền.',
    'pt-BR': 'O código de segurança do cartão está incorreto. Nada foi cobrado.',
    en: 'The card’s security code is not correct. Nothing was charged.',
  },
  authentication_required: {
    vi: 'Ngân hàng yêu cầu xác thực mà chưa hoàn tất. Bạn chưa bị trừ tiền.',
    'pt-BR': 'O banco pede uma autenticação que não foi concluída. Nada foi cobrado.',
    en: 'The bank asks for an authentication that was not completed. Nothing was charged.',
  },
  authentication_failed: {
    vi: 'Xác thực với ngân hàng không thành công. Bạn chưa bị trừ tiền.',
    'pt-BR': 'A autenticação com o banco falhou. Nada foi cobrado.',
    en: 'The bank could not authenticate you. Nothing was charged.',
  },
  method_not_usable: {
    vi: 'Không thể dùng thẻ này nữa. Bạn chưa bị trừ tiền. Hãy dùng thẻ khác.',
    'pt-BR': 'Este cartão não pode mais ser usado. Nada foi cobrado. Use outro cartão.',
    en: 'This card can no longer be used. Nothing was charged. Use another card.',
  },
  amount_changed: {
    vi: 'Số tiền đã thay đổi trước khi thanh toán. Bạn chưa bị trừ tiền. Hãy xem lại ưu đãi.',
    'pt-BR': 'O valor mudou antes do pagamento. Nada foi cobrado. Confira a oferta novamente.',
    en: 'The amount changed before it was paid. Nothing was charged. Look at the offer again.',
  },
  provider_refused: {
    vi: 'Thanh toán không được chấp nhận. Bạn chưa bị trừ tiền. Hãy chọn cách khác.',
    'pt-BR': 'O pagamento não foi aceito. Nada foi cobrado. Escolha outra forma de pagamento.',
    en: 'The payment was not accepted. Nothing was charged. Choose another way to pay.',
  },
  provider_unavailable: {
    vi: 'Hiện không thể thanh toán. Bạn chưa bị trừ tiền. Hãy thử lại sau giây lát.',
    'pt-BR': 'O pagamento está indisponível no momento. Nada foi cobrado. Tente novamente em instantes.',
    en: 'Payment is not possible just now. Nothing was charged. Try again in a moment.',
  },
};
