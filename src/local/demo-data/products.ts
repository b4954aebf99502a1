export interface DemoTexts {
  readonly name?: string;
  readonly description?: string;
  readonly delivery?: string;
  readonly selling_points?: readonly string[];
}

export interface DemoProduct {
  readonly code: string;
  readonly name: string;
  readonly description: string;
  readonly delivery: string;
  /** A file of `images/`. */
  readonly image: string;
  readonly translations: Readonly<Record<'vi' | 'pt-BR', DemoTexts>>;
}

export const PRODUCTS: readonly DemoProduct[] = [
  {
    code: 'starter-kit',
    name: 'Starter kit',
    description: 'Forty board templates for the first weeks of a team',
    delivery: 'The templates are in your Orchard under “New board”.',
    image: 'starter-kit.png',
    translations: {
      vi: {
        name: 'Bộ khởi đầu',
        description: 'Bốn mươi mẫu bảng cho những tuần đầu của nhóm',
        delivery: 'Các mẫu đã có trong Orchard của bạn, ở mục “Bảng mới”.',
      },
      'pt-BR': {
        name: 'Kit inicial',
        description: 'Quarenta modelos de quadro para as primeiras semanas da equipe',
        delivery: 'Os modelos estão no seu Orchard, em “Novo quadro”.',
      },
    },
  },
  {
    code: 'workshop',
    name: 'Live workshop',
    description: 'Ninety minutes with our team, on your own boards',
    delivery: 'We write to you within a day to find a date.',
    image: 'workshop.png',
    translations: {
      vi: {
        name: 'Buổi hướng dẫn trực tiếp',
        description: 'Chín mươi phút cùng đội ngũ của chúng tôi, ngay trên bảng của bạn',
        delivery: 'Chúng tôi sẽ viết cho bạn trong vòng một ngày để hẹn giờ.',
      },
      'pt-BR': {
        name: 'Oficina ao vivo',
        description: 'Noventa minutos com a nossa equipe, nos seus próprios quadros',
        delivery: 'Escrevemos em até um dia para combinar a data.',
      },
    },
  },
  {
    code: 'recording',
    name: 'Workshop recording',
    description: 'The same ninety minutes, whenever you like',
    delivery: 'The recording is in your Orchard under “Learn”.',
    image: 'recording.png',
    translations: {
      vi: {
        name: 'Bản ghi buổi hướng dẫn',
        description: 'Vẫn chín mươi phút ấy, xem lúc nào bạn muốn',
        delivery: 'Bản ghi có trong Orchard của bạn, ở mục “Học”.',
      },
      'pt-BR': {
        name: 'Gravação da oficina',
        description: 'Os mesmos noventa minutos, quando você quiser',
        delivery: 'A gravação está no seu Orchard, em “Aprender”.',
      },
    },
  },
  {
    code: 'icons',
    name: 'Icon pack',
    description: 'Three hundred icons for cards and labels',
    delivery: 'The icons appear in the picker of every card.',
    image: 'icons.png',
    translations: {
      vi: {
        name: 'Bộ biểu tượng',
        description: 'Ba trăm biểu tượng cho thẻ và nhãn',
        delivery: 'Các biểu tượng có sẵn khi bạn mở một thẻ.',
      },
      'pt-BR': {
        name: 'Pacote de ícones',
        description: 'Trezentos ícones para cartões e etiquetas',
        delivery: 'Os ícones aparecem no seletor de cada cartão.',
      },
    },
  },
  {
    code: 'wall-planner',
    name: 'Wall planner',
    description: 'The year on paper, printed from your board',
    delivery: 'Sent by post within five working days.',
    image: 'wall-planner.png',
    translations: {
      vi: {
        name: 'Lịch treo tường',
        description: 'Cả năm trên giấy, in từ bảng của bạn',
        delivery: 'Gửi qua bưu điện trong năm ngày làm việc.',
      },
      'pt-BR': {
        name: 'Planner de parede',
        description: 'O ano no papel, impresso a partir do seu quadro',
        delivery: 'Enviado pelo correio em até cinco dias úteis.',
      },
    },
  },
];
