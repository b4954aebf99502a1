import type { ProrationMode } from '../clients/api.types.js';
import type { ProviderId } from '../providers.js';

export type Language = 'vi' | 'pt-BR' | 'en';

export type Interval = 'day' | 'week' | 'month' | 'year';

/** Everything that the pages say. What comes from the catalogue, and what Uplift's problems say, is not here. */
export interface Texts {
  readonly languageName: string;
  readonly shop: {
    readonly tagline: string;
    readonly demoTag: string;
    readonly demoNote: string;
    readonly skip: string;
  };
  readonly header: {
    readonly language: string;
    readonly signOut: string;
    readonly role: Readonly<Record<'owner' | 'admin' | 'member', (group: string) => string>>;
  };
  readonly signIn: {
    readonly title: string;
    readonly lead: string;
    readonly choose: string;
    readonly enter: (name: string) => string;
    readonly canManage: string;
    readonly cannotManage: string;
    readonly stepsTitle: string;
    readonly steps: readonly (readonly [title: string, text: string])[];
  };
  readonly time: {
    readonly title: string;
    readonly now: string;
    readonly quarter: string;
    readonly hour: string;
    readonly day: string;
    readonly week: string;
    readonly toRenewal: string;
    readonly toEnd: string;
    readonly afterRenewal: string;
    readonly moved: (now: string) => string;
    readonly unavailable: string;
  };
  readonly provider: {
    readonly title: string;
    readonly chosen: (provider: string) => string;
    readonly subscriptionStays: (provider: string) => string;
  };
  readonly subscription: {
    readonly title: (group: string) => string;
    readonly none: string;
    readonly noneLead: string;
    readonly status: Readonly<Record<'incomplete' | 'active' | 'past_due' | 'canceled', string>>;
    readonly renews: string;
    readonly ends: string;
    readonly ended: string;
    readonly periodEnds: string;
    readonly paidBy: string;
    readonly access: string;
    readonly accessTo: (plan: string, until: string) => string;
    /** Goes on with `accessTo`. @param grace such as "3 days" */
    readonly accessGrace: (grace: string) => string;
    readonly accessUnpaid: string;
    readonly noAccess: string;
    readonly noAccessReason: Readonly<Record<string, string>>;
    readonly accessDiffers: (plan: string, paid: string) => string;
    readonly pending: (date: string, plan: string) => string;
    readonly pendingNote: (plan: string) => string;
    readonly undo: string;
    readonly pastDueTitle: string;
    readonly pastDue: string;
    readonly cancelingTitle: (date: string) => string;
    readonly canceling: string;
    readonly canceledTitle: (date: string) => string;
    readonly canceled: string;
    readonly incompleteTitle: string;
    readonly incomplete: string;
    readonly requestOpen: string;
    readonly authenticationTitle: string;
    readonly authentication: string;
    readonly authenticate: string;
    readonly memberNote: string;
    readonly portal: string;
    readonly portalUpdateCard: string;
    readonly portalNotes: Readonly<Record<ProviderId, string>>;
    readonly methods: string;
    readonly cancel: string;
    readonly resume: string;
  };
  readonly plans: {
    readonly title: string;
    readonly titleNew: string;
    readonly lead: string;
    readonly leadNew: string;
    readonly leadCanceling: string;
    readonly current: string;
    readonly scheduled: (date: string) => string;
    readonly per: Readonly<Record<Interval, (count: number) => string>>;
    readonly subscribe: (plan: string) => string;
    readonly now: string;
    readonly upgrade: string;
    readonly downgrade: string;
    readonly switchTo: (plan: string) => string;
    /** What the provider does not sell. */
    readonly notSold: (plans: string, provider: string) => string;
    readonly empty: string;
  };
  readonly usage: {
    readonly boards: string;
    readonly lead: string;
    readonly report: string;
    readonly reported: (boards: string) => string;
  };
  readonly planChange: {
    readonly title: (plan: string) => string;
    readonly from: (plan: string) => string;
    readonly howBilled: string;
    readonly modes: Readonly<Record<ProrationMode, string>>;
    readonly modeNotes: Readonly<Record<ProrationMode, string>>;
    readonly chargedNow: string;
    readonly toMethod: (method: string) => string;
    readonly toMethodOnFile: string;
    readonly credit: string;
    readonly creditNote: string;
    readonly nextBilling: string;
    readonly replaces: string;
    readonly allowedDespite: string;
    readonly blocked: string;
    readonly onlyAtRenewal: string;
    readonly confirm: string;
    readonly confirmAndPay: (amount: string) => string;
    readonly atRenewalInstead: string;
    readonly back: string;
    readonly done: (plan: string) => string;
    readonly wasCharged: (amount: string) => string;
    readonly wasCredited: (amount: string) => string;
    readonly nothingCharged: string;
    readonly renewsNext: (date: string) => string;
    readonly underWay: (plan: string) => string;
    readonly quotedAnew: string;
  };
  readonly methods: {
    readonly title: string;
    readonly lead: string;
    readonly none: string;
    readonly noCard: string;
    readonly expires: (when: string) => string;
    readonly usable: string;
    readonly notUsable: string;
    readonly update: string;
    readonly back: string;
  };
  readonly extras: {
    readonly title: string;
    readonly lead: string;
    readonly names: Readonly<Record<'kit' | 'kitReais', string>>;
    readonly card: string;
    readonly pixOrCard: string;
    readonly buy: string;
    readonly crossTitle: string;
    readonly crossLead: string;
    readonly oneClick: string;
    readonly owned: string;
    /** Under what is owned and can be bought once more. */
    readonly again: string;
    readonly yours: string;
    /** By product code; another one is shown as it is. */
    readonly products: Readonly<Record<string, string>>;
    readonly statuses: Readonly<Record<'suspended' | 'revoked', string>>;
  };
  readonly history: {
    readonly title: string;
    readonly lead: string;
    readonly when: string;
    readonly type: string;
    readonly plan: string;
    readonly oldPlan: string;
    readonly status: string;
    readonly payment: string;
    readonly types: Readonly<Record<'new' | 'renewal' | 'change', string>>;
    readonly statuses: Readonly<Record<'pending' | 'active' | 'past' | 'dropped' | 'inactive', string>>;
    readonly payments: Readonly<Record<'pending' | 'paid' | 'failed' | 'N/A', string>>;
  };
  readonly confirm: {
    readonly changeTitle: string;
    readonly change: (plan: string) => string;
    readonly keep: (plan: string) => string;
    readonly cancelTitle: string;
    readonly cancelText: (date: string) => string;
    readonly cancelDropsChange: (plan: string) => string;
    readonly cancelYes: string;
    readonly cancelNo: string;
  };
  readonly notices: {
    readonly scheduled: (date: string, plan: string) => string;
    readonly unchangedSchedule: (plan: string) => string;
    readonly undone: string;
    readonly canceled: (date: string) => string;
    readonly resumed: string;
    readonly subscribed: (plan: string) => string;
    readonly bought: string;
    readonly crossSold: string;
    readonly paymentOpen: string;
    readonly checkoutLeft: string;
    readonly checkoutOpen: string;
    readonly backFromPortal: string;
    readonly outdated: string;
  };
  readonly behind: {
    readonly title: string;
    readonly lead: string;
    readonly lastAction: string;
    readonly noAction: string;
    readonly request: string;
    readonly response: string;
    readonly noAnswer: string;
    readonly state: string;
    readonly events: string;
    readonly eventsLead: string;
    /** By `outcome`; another one is shown as it is. */
    readonly outcomes: Readonly<Record<'applied' | 'fetch_requested' | 'unsupported', string>>;
    readonly notNeeded: string;
    readonly notNeededCount: (count: number) => string;
    readonly noEvents: string;
    readonly eventsHidden: string;
    readonly links: string;
    readonly swagger: string;
    readonly openapi: string;
    readonly sandbox: string;
    readonly bank: string;
    readonly ledger: string;
    readonly deliveries: string;
  };
  readonly errors: {
    readonly title: string;
    readonly unreachable: (url: string) => string;
    readonly notFound: string;
    readonly refused: string;
    readonly unexpected: string;
    readonly back: string;
    readonly signIn: string;
    readonly retry: string;
  };
  readonly working: string;
}
