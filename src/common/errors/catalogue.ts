import type { Language } from '../../config/index.js';

export interface ErrorDefinition {
  readonly status: number;
  readonly messages: Readonly<Record<Language, string>>;
}

const define = <Definitions extends Record<string, ErrorDefinition>>(definitions: Definitions) => definitions;

/**
 * Every error that a caller can get: a stable code, its HTTP status, and what a person reads. The Vietnamese texts of
 * `subscription_not_authorized`, `subscription_not_found` and `portal_session_failed` are the plan-change document's own.
 */
export const ERRORS = define({
  validation_failed: {
    status: 422,
    messages: {
      vi: 'Dữ liệu gửi lên không hợp lệ.',
      'pt-BR': 'Os dados enviados são inválidos.',
      en: 'The request is not valid.',
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
      vi: 'Chỉ nhận application/json.',
      'pt-BR': 'Apenas application/json é aceito.',
      en: 'Only application/json is accepted.',
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
  subscription_not_authorized: {
    status: 403,
    messages: {
      vi: 'User không được ủy quyền quản lý subscription này.',
      'pt-BR': 'O usuário não está autorizado a gerenciar esta assinatura.',
      en: 'The user is not authorised to manage this subscription.',
    },
  },
  subscription_not_found: {
    status: 404,
    messages: {
      vi: 'Không tìm thấy subscription đang hoạt động.',
      'pt-BR': 'Nenhuma assinatura ativa encontrada.',
      en: 'No active subscription was found.',
    },
  },
  portal_session_failed: {
    status: 500,
    messages: {
      vi: 'Tạo Stripe Billing Portal session thất bại.',
      'pt-BR': 'Falha ao criar a sessão do Stripe Billing Portal.',
      en: 'Creating the Stripe Billing Portal session failed.',
    },
  },
  subscription_already_active: {
    status: 409,
    messages: {
      vi: 'Nhóm này đã có subscription đang hoạt động.',
      'pt-BR': 'Este grupo já tem uma assinatura ativa.',
      en: 'This group already has an active subscription.',
    },
  },
  plan_not_found: {
    status: 404,
    messages: { vi: 'Không tìm thấy gói.', 'pt-BR': 'Plano não encontrado.', en: 'The plan was not found.' },
  },
  plan_not_available: {
    status: 409,
    messages: {
      vi: 'Gói này không thể mua theo cách này.',
      'pt-BR': 'Este plano não está disponível desta forma.',
      en: 'This plan is not available this way.',
    },
  },
  plan_unchanged: {
    status: 409,
    messages: {
      vi: 'Bạn đang sử dụng gói này.',
      'pt-BR': 'Você já está neste plano.',
      en: 'This is already the current plan.',
    },
  },
  plan_change_in_progress: {
    status: 409,
    messages: {
      vi: 'Một thay đổi gói khác đang được xử lý.',
      'pt-BR': 'Outra mudança de plano está em andamento.',
      en: 'Another plan change is being processed.',
    },
  },
  no_scheduled_change: {
    status: 404,
    messages: {
      vi: 'Không có thay đổi gói nào đang chờ.',
      'pt-BR': 'Não há mudança de plano agendada.',
      en: 'There is no scheduled plan change.',
    },
  },
  subscription_not_changeable: {
    status: 409,
    messages: {
      vi: 'Subscription ở trạng thái này không thể thay đổi.',
      'pt-BR': 'A assinatura não pode ser alterada neste estado.',
      en: 'The subscription cannot be changed in its present state.',
    },
  },
  subscription_canceling: {
    status: 409,
    messages: {
      vi: 'Subscription sẽ bị hủy vào cuối chu kỳ. Hãy tiếp tục subscription trước.',
      'pt-BR': 'A assinatura será cancelada no fim do período. Retome-a primeiro.',
      en: 'The subscription is set to end with its period. Resume it first.',
    },
  },
  group_ambiguous: {
    status: 409,
    messages: {
      vi: 'Bạn thuộc nhiều nhóm: hãy chọn group_id.',
      'pt-BR': 'Você pertence a vários grupos: informe group_id.',
      en: 'You belong to several groups: give group_id.',
    },
  },
  email_taken: {
    status: 409,
    messages: {
      vi: 'Email này đã thuộc về user khác.',
      'pt-BR': 'Este e-mail já pertence a outro usuário.',
      en: 'This e-mail address belongs to another user.',
    },
  },
  provider_customer_taken: {
    status: 409,
    messages: {
      vi: 'Khách hàng này của nhà cung cấp đã thuộc về user khác.',
      'pt-BR': 'Este cliente do provedor já pertence a outro usuário.',
      en: 'This provider customer belongs to another user.',
    },
  },
  user_not_found: {
    status: 404,
    messages: { vi: 'Không tìm thấy user.', 'pt-BR': 'Usuário não encontrado.', en: 'The user was not found.' },
  },
  price_taken: {
    status: 409,
    messages: {
      vi: 'Giá này của nhà cung cấp đã thuộc về gói khác.',
      'pt-BR': 'Este preço do provedor já pertence a outro plano.',
      en: 'This provider price belongs to another plan.',
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
  group_not_found: {
    status: 404,
    messages: { vi: 'Không tìm thấy nhóm.', 'pt-BR': 'Grupo não encontrado.', en: 'The group was not found.' },
  },
});

export type ErrorCode = keyof typeof ERRORS;
