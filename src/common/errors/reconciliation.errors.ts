import { define } from './error-definition.js';

/** Comparing us with a provider, and deciding about what differs. */
export const RECONCILIATION_ERRORS = define({
  reconciliation_running: {
    status: 409,
    messages: {
      vi: 'Đang đối soát với nhà cung cấp này. Vui lòng chờ hoàn tất.',
      'pt-BR': 'Já há uma conciliação em andamento com este provedor. Aguarde o término.',
      en: 'A reconciliation with this provider is under way. Wait until it is over.',
    },
  },
  reconciliation_settled: {
    status: 409,
    messages: {
      vi: 'Sai lệch này đã được xử lý.',
      'pt-BR': 'Esta divergência já foi resolvida.',
      en: 'This difference is settled already.',
    },
  },
  reconciliation_not_adoptable: {
    status: 409,
    messages: {
      vi: 'Không có dữ liệu nào của nhà cung cấp để áp dụng cho sai lệch này. Hãy kiểm tra rồi bỏ qua.',
      'pt-BR': 'Não há nada do provedor a adotar nesta divergência. Verifique e descarte.',
      en: 'There is nothing of the provider to adopt for this difference. Look into it, then dismiss it.',
    },
  },
});
