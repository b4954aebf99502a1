import { json, type Caller, type Json } from './caller.js';

interface StepTexts {
  readonly headline: string;
  readonly body?: string;
  readonly accept_label?: string;
  readonly decline_label?: string;
}

interface DemoStep {
  readonly kind: string;
  readonly offers: readonly string[];
  readonly next_on_accept: number | null;
  readonly next_on_decline: number | null;
  readonly texts: Readonly<Record<'vi' | 'pt-BR' | 'en', StepTexts>>;
  readonly countdown_seconds?: number;
}

/** Whoever says no to the workshop is offered its recording; then come small things, and a plan at the end. */
const OF_PRODUCT: readonly DemoStep[] = [
  {
    kind: 'one_click',
    offers: ['workshop-usd'],
    next_on_accept: 2,
    next_on_decline: 1,
    countdown_seconds: 900,
    texts: {
      vi: {
        headline: 'Bắt đầu nhanh hơn cùng chúng tôi',
        body: 'Bộ khởi đầu đã là của bạn. Thêm một buổi hướng dẫn trực tiếp, giá chỉ có trên trang này.',
      },
      'pt-BR': {
        headline: 'Comece mais rápido, com a gente',
        body: 'O kit inicial já é seu. Leve uma oficina ao vivo, por um preço que só existe nesta página.',
      },
      en: {
        headline: 'Start faster, together with us',
        body: 'The starter kit is yours. Add a live workshop, at a price that only this page has.',
      },
    },
  },
  {
    kind: 'one_click',
    offers: ['recording-usd'],
    next_on_accept: 2,
    next_on_decline: 2,
    texts: {
      vi: { headline: 'Không có giờ rảnh? Hãy xem bản ghi', body: 'Vẫn nội dung ấy, không cần hẹn giờ.' },
      'pt-BR': { headline: 'Sem tempo para marcar? Assista à gravação', body: 'O mesmo conteúdo, sem hora marcada.' },
      en: { headline: 'No time for a date? Watch the recording', body: 'The same content, without an appointment.' },
    },
  },
  {
    kind: 'multi_offer',
    offers: ['icons-usd', 'wall-planner-usd'],
    next_on_accept: 3,
    next_on_decline: 3,
    texts: {
      vi: { headline: 'Một món nhỏ cho bảng của bạn?', body: 'Chọn một trong hai.' },
      'pt-BR': { headline: 'Um detalhe para os seus quadros?', body: 'Escolha um dos dois.' },
      en: { headline: 'Something small for your boards?', body: 'Choose one of the two.' },
    },
  },
  {
    kind: 'with_plans',
    offers: ['plan-basic', 'plan-pro'],
    next_on_accept: null,
    next_on_decline: null,
    texts: {
      vi: { headline: 'Cả nhóm cùng làm việc', body: 'Bộ khởi đầu hay nhất khi có đủ bảng. Hủy lúc nào cũng được.' },
      'pt-BR': {
        headline: 'Traga a equipe toda',
        body: 'O kit rende mais com quadros de sobra. Cancele quando quiser.',
      },
      en: { headline: 'Bring the whole team', body: 'The kit is best with boards to spare. Cancel whenever you like.' },
    },
  },
];

/** Overrides the product's funnel for whoever pays in reais. */
const OF_OFFER_IN_REAIS: readonly DemoStep[] = [
  {
    kind: 'pix_or_card',
    offers: ['workshop-brl'],
    next_on_accept: null,
    next_on_decline: 1,
    countdown_seconds: 900,
    texts: {
      vi: { headline: 'Bắt đầu nhanh hơn cùng chúng tôi', body: 'Trả bằng Pix hoặc thẻ.' },
      'pt-BR': {
        headline: 'Comece mais rápido, com a gente',
        body: 'Uma oficina ao vivo, no Pix ou no cartão, por um preço que só existe nesta página.',
      },
      en: {
        headline: 'Start faster, together with us',
        body: 'By Pix or by card, at a price that only this page has.',
      },
    },
  },
  {
    kind: 'pix_or_card',
    offers: ['recording-brl'],
    next_on_accept: null,
    next_on_decline: null,
    texts: {
      vi: { headline: 'Không có giờ rảnh? Hãy xem bản ghi' },
      'pt-BR': { headline: 'Sem tempo para marcar? Assista à gravação', body: 'O mesmo conteúdo, sem hora marcada.' },
      en: { headline: 'No time for a date? Watch the recording' },
    },
  },
];

const FUNNELS: readonly { readonly scope: string; readonly steps: readonly DemoStep[] }[] = [
  // First the one that overrides: the product's own then has to cover dollars alone.
  { scope: 'offer/starter-kit-brl', steps: OF_OFFER_IN_REAIS },
  { scope: 'product/starter-kit', steps: OF_PRODUCT },
];

/** Publishes the funnels of which nobody has published a version before. */
export async function addFunnels(uplift: Caller): Promise<void> {
  const known = await listPublished(uplift);
  for (const { scope, steps } of FUNNELS.filter((funnel) => !known.has(funnel.scope))) {
    const { id } = await uplift('PUT', `/api/v1/admin/funnels/${scope}`, json({ steps } as unknown as Json));
    await uplift('POST', `/api/v1/admin/funnels/${String(id)}/publish`, json({ note: 'The demonstration' }));
  }
}

async function listPublished(uplift: Caller): Promise<ReadonlySet<string>> {
  const funnels = (await uplift('GET', '/api/v1/admin/funnels')) as unknown as {
    readonly level: string;
    readonly code: string;
    readonly published_version: number | null;
  }[];
  return new Set(funnels.filter((funnel) => funnel.published_version).map(({ level, code }) => `${level}/${code}`));
}
