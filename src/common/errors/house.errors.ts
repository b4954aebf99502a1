import { define } from './error-definition.js';

/** What any route can answer, whatever it is about. */
export const HOUSE_ERRORS = define({
  validation_failed: {
    status: 422,
    messages: {
      vi: 'Dữ liệu gửi lên không hợp lệ.',
      'pt-BR': 'Os dados enviados são inválidos.',
      en: 'The request is not valid.',
    },
  },
  cursor_unknown: {
    status: 422,
    messages: {
      vi: 'Không thể tiếp tục danh sách từ đây. Vui lòng bắt đầu lại từ trang đầu.',
      'pt-BR': 'A lista não pode continuar daqui. Comece de novo pela primeira página.',
      en: 'The list cannot be continued from here. Begin again with its first page.',
    },
  },
  malformed_request: {
    status: 400,
    messages: {
      vi: 'Không đọc được yêu cầu.',
      'pt-BR': 'Não foi possível ler a requisição.',
      en: 'The request could not be read.',
    },
  },
  card_number_refused: {
    status: 400,
    messages: {
      vi: 'Không gửi số thẻ tới đây. Thẻ chỉ được nhập trên trang của nhà cung cấp thanh toán.',
      'pt-BR': 'Não envie números de cartão. O cartão só é informado na página do provedor de pagamento.',
      en: 'Do not send card numbers. Cards are entered on the payment provider’s page only.',
    },
  },
  unauthenticated: {
    status: 401,
    messages: {
      vi: 'Bạn cần đăng nhập.',
      'pt-BR': 'Você precisa se identificar.',
      en: 'Valid credentials are required.',
    },
  },
  forbidden: {
    status: 403,
    messages: {
      vi: 'Bạn không có quyền thực hiện việc này.',
      'pt-BR': 'Você não tem permissão para isto.',
      en: 'You are not allowed to do this.',
    },
  },
  not_found: {
    status: 404,
    messages: { vi: 'Không tìm thấy.', 'pt-BR': 'Não encontrado.', en: 'Not found.' },
  },
  method_not_allowed: {
    status: 405,
    messages: {
      vi: 'Phương thức không được hỗ trợ.',
      'pt-BR': 'Método não permitido.',
      en: 'This method is not allowed.',
    },
  },
  conflict: {
    status: 409,
    messages: {
      vi: 'Yêu cầu xung đột với trạng thái hiện tại.',
      'pt-BR': 'A requisição conflita com o estado atual.',
      en: 'The request conflicts with the current state.',
    },
  },
  request_timeout: {
    status: 408,
    messages: {
      vi: 'Yêu cầu không được gửi xong kịp thời.',
      'pt-BR': 'A requisição não chegou completa a tempo.',
      en: 'The request did not arrive in time.',
    },
  },
  payload_too_large: {
    status: 413,
    messages: {
      vi: 'Dữ liệu gửi lên quá lớn.',
      'pt-BR': 'O conteúdo enviado é grande demais.',
      en: 'The request body is too large.',
    },
  },
  unsupported_media_type: {
    status: 415,
    messages: {
      vi: 'Chỉ nhận application/json, không nén.',
      'pt-BR': 'Apenas application/json, sem compressão, é aceito.',
      en: 'Only application/json is accepted, uncompressed.',
    },
  },
  too_many_requests: {
    status: 429,
    messages: {
      vi: 'Quá nhiều yêu cầu. Vui lòng thử lại sau ít phút.',
      'pt-BR': 'Muitas requisições. Tente novamente em instantes.',
      en: 'Too many requests. Please try again in a moment.',
    },
  },
  headers_too_large: {
    status: 431,
    messages: {
      vi: 'Địa chỉ hoặc tiêu đề của yêu cầu quá dài.',
      'pt-BR': 'O endereço ou os cabeçalhos da requisição são longos demais.',
      en: 'The address or the headers of the request are too long.',
    },
  },
  internal_error: {
    status: 500,
    messages: {
      vi: 'Đã xảy ra lỗi. Vui lòng thử lại.',
      'pt-BR': 'Ocorreu um erro. Tente novamente.',
      en: 'Something went wrong. Please try again.',
    },
  },
  service_unavailable: {
    status: 503,
    messages: {
      vi: 'Dịch vụ tạm thời không khả dụng.',
      'pt-BR': 'Serviço temporariamente indisponível.',
      en: 'The service is temporarily unavailable.',
    },
  },
  provider_unavailable: {
    status: 502,
    messages: {
      vi: 'Nhà cung cấp thanh toán hiện không phản hồi. Chưa có gì thay đổi.',
      'pt-BR': 'O provedor de pagamento não respondeu. Nada foi alterado.',
      en: 'The payment provider could not be reached. Nothing was changed.',
    },
  },
  provider_refused: {
    status: 502,
    messages: {
      vi: 'Nhà cung cấp thanh toán từ chối yêu cầu. Chưa có gì thay đổi.',
      'pt-BR': 'O provedor de pagamento recusou o pedido. Nada foi alterado.',
      en: 'The payment provider refused the request. Nothing was changed.',
    },
  },
  provider_not_configured: {
    status: 503,
    messages: {
      vi: 'Nhà cung cấp thanh toán này chưa được cấu hình.',
      'pt-BR': 'Este provedor de pagamento não está configurado.',
      en: 'This payment provider is not configured.',
    },
  },
  return_url_not_allowed: {
    status: 422,
    messages: {
      vi: 'Địa chỉ quay lại không được phép.',
      'pt-BR': 'O endereço de retorno não é permitido.',
      en: 'This return address is not allowed.',
    },
  },
  signature_invalid: {
    status: 400,
    messages: { vi: 'Chữ ký không hợp lệ.', 'pt-BR': 'Assinatura inválida.', en: 'The signature is not valid.' },
  },
  idempotency_key_reused: {
    status: 422,
    messages: {
      vi: 'Idempotency-Key này đã được dùng với nội dung khác.',
      'pt-BR': 'Esta Idempotency-Key já foi usada com outro conteúdo.',
      en: 'This Idempotency-Key was used with another request.',
    },
  },
  idempotency_in_flight: {
    status: 409,
    messages: {
      vi: 'Yêu cầu này đang được xử lý.',
      'pt-BR': 'Esta requisição está em andamento.',
      en: 'This request is still being processed.',
    },
  },
  in_use: {
    status: 409,
    messages: {
      vi: 'Mục này đang được sử dụng nên không thể xóa.',
      'pt-BR': 'Este item está em uso e não pode ser excluído.',
      en: 'This is in use and cannot be deleted.',
    },
  },
});
