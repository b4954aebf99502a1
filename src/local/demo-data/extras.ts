import type { DemoTexts } from './products.js';

interface SharedOffer {
  readonly code: string;
  readonly name: string;
  readonly description: string;
  readonly sellingPoints: readonly string[];
  readonly methods: readonly ('card' | 'pix')[];
  readonly translations: Readonly<Record<'vi' | 'pt-BR', DemoTexts>>;
}

interface ProductOffer extends SharedOffer {
  readonly product: string;
  readonly currency: string;
  /** Minor units. */
  readonly unitAmount: number;
  /** Sold by the shop's own checkout, where a sale begins. */
  readonly soldByShop?: true;
}

interface PlanOffer extends SharedOffer {
  readonly plan: string;
  readonly soldByShop?: undefined;
}

export type DemoOffer = ProductOffer | PlanOffer;

const WORKSHOP: Omit<SharedOffer, 'code' | 'methods'> = {
  name: 'Live workshop',
  description: 'Ninety minutes with our team, on your own boards',
  sellingPoints: ['Up to ten people', 'A date that suits you', 'The recording is included'],
  translations: {
    vi: {
      name: 'Buổi hướng dẫn trực tiếp',
      description: 'Chín mươi phút cùng đội ngũ của chúng tôi, ngay trên bảng của bạn',
      selling_points: ['Tối đa mười người', 'Bạn chọn ngày', 'Kèm bản ghi'],
    },
    'pt-BR': {
      name: 'Oficina ao vivo',
      description: 'Noventa minutos com a nossa equipe, nos seus próprios quadros',
      selling_points: ['Até dez pessoas', 'Na data que for melhor para você', 'A gravação está incluída'],
    },
  },
};

const RECORDING: Omit<SharedOffer, 'code' | 'methods'> = {
  name: 'Workshop recording',
  description: 'The same ninety minutes, whenever you like',
  sellingPoints: ['Watch it as often as you like', 'Subtitles in three languages'],
  translations: {
    vi: {
      name: 'Bản ghi buổi hướng dẫn',
      description: 'Vẫn chín mươi phút ấy, xem lúc nào bạn muốn',
      selling_points: ['Xem bao nhiêu lần tùy thích', 'Phụ đề ba ngôn ngữ'],
    },
    'pt-BR': {
      name: 'Gravação da oficina',
      description: 'Os mesmos noventa minutos, quando você quiser',
      selling_points: ['Assista quantas vezes quiser', 'Legendas em três idiomas'],
    },
  },
};

const STARTER_KIT: Omit<SharedOffer, 'code' | 'methods'> = {
  name: 'Starter kit',
  description: 'Forty board templates for the first weeks of a team',
  sellingPoints: ['Forty templates', 'A checklist for the first week'],
  translations: {
    vi: {
      name: 'Bộ khởi đầu',
      description: 'Bốn mươi mẫu bảng cho những tuần đầu của nhóm',
      selling_points: ['Bốn mươi mẫu', 'Danh sách việc cho tuần đầu'],
    },
    'pt-BR': {
      name: 'Kit inicial',
      description: 'Quarenta modelos de quadro para as primeiras semanas da equipe',
      selling_points: ['Quarenta modelos', 'Uma lista para a primeira semana'],
    },
  },
};

/** In dollars, paid by card; and in reais, paid by card or Pix. Plans are offered at the end. */
export const OFFERS: readonly DemoOffer[] = [
  {
    ...STARTER_KIT,
    code: 'starter-kit-usd',
    product: 'starter-kit',
    currency: 'USD',
    unitAmount: 4_900,
    methods: ['card'],
    soldByShop: true,
  },
  {
    ...STARTER_KIT,
    code: 'starter-kit-brl',
    product: 'starter-kit',
    currency: 'BRL',
    unitAmount: 14_900,
    methods: ['card', 'pix'],
    soldByShop: true,
  },
  { ...WORKSHOP, code: 'workshop-usd', product: 'workshop', currency: 'USD', unitAmount: 2_900, methods: ['card'] },
  {
    ...WORKSHOP,
    code: 'workshop-brl',
    product: 'workshop',
    currency: 'BRL',
    unitAmount: 8_900,
    methods: ['card', 'pix'],
  },
  { ...RECORDING, code: 'recording-usd', product: 'recording', currency: 'USD', unitAmount: 900, methods: ['card'] },
  {
    ...RECORDING,
    code: 'recording-brl',
    product: 'recording',
    currency: 'BRL',
    unitAmount: 2_900,
    methods: ['card', 'pix'],
  },
  {
    code: 'icons-usd',
    product: 'icons',
    currency: 'USD',
    unitAmount: 500,
    methods: ['card'],
    name: 'Icon pack',
    description: 'Three hundred icons for cards and labels',
    sellingPoints: ['Three hundred icons', 'New ones every month'],
    translations: {
      vi: {
        name: 'Bộ biểu tượng',
        description: 'Ba trăm biểu tượng cho thẻ và nhãn',
        selling_points: ['Ba trăm biểu tượng', 'Thêm mới mỗi tháng'],
      },
      'pt-BR': {
        name: 'Pacote de ícones',
        description: 'Trezentos ícones para cartões e etiquetas',
        selling_points: ['Trezentos ícones', 'Novos todo mês'],
      },
    },
  },
  {
    code: 'wall-planner-usd',
    product: 'wall-planner',
    currency: 'USD',
    unitAmount: 1_900,
    methods: ['card'],
    name: 'Wall planner',
    description: 'The year on paper, printed from your board',
    sellingPoints: ['84 × 59 cm', 'Postage included'],
    translations: {
      vi: {
        name: 'Lịch treo tường',
        description: 'Cả năm trên giấy, in từ bảng của bạn',
        selling_points: ['84 × 59 cm', 'Đã gồm phí gửi'],
      },
      'pt-BR': {
        name: 'Planner de parede',
        description: 'O ano no papel, impresso a partir do seu quadro',
        selling_points: ['84 × 59 cm', 'Frete incluído'],
      },
    },
  },
  {
    code: 'plan-basic',
    plan: 'orchard-basic',
    methods: ['card'],
    name: 'Basic plan',
    description: 'For a small team',
    sellingPoints: ['10 boards', '5 people', 'Guest links'],
    translations: {
      vi: { name: 'Gói Basic', description: 'Cho nhóm nhỏ', selling_points: ['10 bảng', '5 người', 'Liên kết khách'] },
      'pt-BR': {
        name: 'Plano Basic',
        description: 'Para uma equipe pequena',
        selling_points: ['10 quadros', '5 pessoas', 'Links para convidados'],
      },
    },
  },
  {
    code: 'plan-pro',
    plan: 'orchard-pro',
    methods: ['card'],
    name: 'Pro plan',
    description: 'For teams that grow',
    sellingPoints: ['Unlimited boards', '25 people', 'Automations'],
    translations: {
      vi: {
        name: 'Gói Pro',
        description: 'Cho nhóm đang lớn lên',
        selling_points: ['Không giới hạn bảng', '25 người', 'Tự động hóa'],
      },
      'pt-BR': {
        name: 'Plano Pro',
        description: 'Para equipes que crescem',
        selling_points: ['Quadros ilimitados', '25 pessoas', 'Automações'],
      },
    },
  },
];
