import { define } from './error-definition.js';

/** Who somebody is and which groups they have. */
export const IDENTITY_ERRORS = define({
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
  group_not_found: {
    status: 404,
    messages: { vi: 'Không tìm thấy nhóm.', 'pt-BR': 'Grupo não encontrado.', en: 'The group was not found.' },
  },
  group_ambiguous: {
    status: 409,
    messages: {
      vi: 'Bạn thuộc nhiều nhóm: hãy chọn group_id.',
      'pt-BR': 'Você pertence a vários grupos: informe group_id.',
      en: 'You belong to several groups: give group_id.',
    },
  },
});
