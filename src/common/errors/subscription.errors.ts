import { define } from './error-definition.js';

/**
 * Plans and their changes. The Vietnamese texts of `subscription_not_authorized`, `subscription_not_found` and
 * `portal_session_failed` are the plan-change document's own.
 */
export const SUBSCRIPTION_ERRORS = define({
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
  plan_quote_not_found: {
    status: 404,
    messages: {
      vi: 'Không tìm thấy báo giá này.',
      'pt-BR': 'Este valor não foi encontrado.',
      en: 'This quote was not found.',
    },
  },
  plan_quote_changed: {
    status: 409,
    messages: {
      vi: 'Giá đã thay đổi. Bạn chưa bị trừ tiền. Hãy xem giá mới.',
      'pt-BR': 'O valor mudou. Nada foi cobrado. Veja o novo valor.',
      en: 'The price has changed. Nothing was charged. Look at the new quote.',
    },
  },
  plan_limits_exceeded: {
    status: 409,
    messages: {
      vi: 'Bạn đang sử dụng nhiều hơn mức mà gói này cho phép.',
      'pt-BR': 'Você usa mais do que este plano permite.',
      en: 'You use more than this plan allows.',
    },
  },
  proration_mode_not_available: {
    status: 422,
    messages: {
      vi: 'Không thể đổi gói ngay theo cách tính phí này.',
      'pt-BR': 'Não é possível mudar de plano agora com esta forma de cobrança.',
      en: 'The plan cannot be changed at once in this way of billing.',
    },
  },
  plan_quote_expired: {
    status: 410,
    messages: {
      vi: 'Giá này đã hết hiệu lực. Hãy xem giá mới.',
      'pt-BR': 'Este valor expirou. Veja o novo valor.',
      en: 'This quote has expired. Look at the new one.',
    },
  },
});
