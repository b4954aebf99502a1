import type { DraftStep, FunnelDraft, StepText } from '../domain/funnel.js';
import type { FunnelWithProblems, NamedFunnel } from '../funnel-administration.service.js';
import type { ListedVersion, PublishedStep, Rollback, VersionWithSteps } from '../funnel-publication.service.js';
import type { DraftStepDto, SaveFunnelDto, StepTextDto, StepTextsDto } from './funnel-draft.dto.js';
import type {
  FunnelDto,
  FunnelStepDto,
  FunnelVersionDto,
  FunnelVersionWithStepsDto,
  FunnelWithDraftDto,
  PublishedStepDto,
  RolledBackFunnelDto,
} from './funnel.dto.js';

export const toDraft = (body: SaveFunnelDto): FunnelDraft => ({ steps: body.steps.map(toDraftStep) });

const toDraftStep = (step: DraftStepDto): DraftStep => ({
  kind: step.kind,
  offerCodes: step.offers ?? [],
  nextOnAccept: step.next_on_accept ?? null,
  nextOnDecline: step.next_on_decline ?? null,
  texts: mapTexts(step.texts, toText),
  image: step.image ?? null,
  countdownSeconds: step.countdown_seconds ?? null,
  externalUrl: step.external_url ?? null,
});

const toText = (text: StepTextDto): StepText => ({
  headline: text.headline,
  body: text.body ?? null,
  acceptLabel: text.accept_label ?? null,
  declineLabel: text.decline_label ?? null,
});

const toTextDto = (text: StepText): StepTextDto => ({
  headline: text.headline,
  body: text.body,
  accept_label: text.acceptLabel,
  decline_label: text.declineLabel,
});

type Texts<Text> = Partial<Record<keyof StepTextsDto, Text>>;

const mapTexts = <From, To>({ vi, 'pt-BR': ptBr, en }: Texts<From>, map: (text: From) => To): Texts<To> => ({
  ...(vi && { vi: map(vi) }),
  ...(ptBr && { 'pt-BR': map(ptBr) }),
  ...(en && { en: map(en) }),
});

export const toFunnel = (funnel: NamedFunnel): FunnelDto => ({
  id: funnel.uuid,
  level: funnel.scope.level,
  code: funnel.code,
  is_killed: funnel.isKilled,
  published_version: funnel.publishedNumber,
  created_at: funnel.createdAt.toISOString(),
  updated_at: funnel.updatedAt.toISOString(),
});

export const toFunnelWithDraft = (funnel: FunnelWithProblems): FunnelWithDraftDto => ({
  ...toFunnel(funnel),
  draft: { steps: funnel.draft.steps.map(toStep) },
  problems: funnel.problems.map(({ step, rule, message }) => ({ step, rule, message })),
});

const toStep = (step: DraftStep): FunnelStepDto => ({
  kind: step.kind,
  offers: [...step.offerCodes],
  next_on_accept: step.nextOnAccept,
  next_on_decline: step.nextOnDecline,
  texts: mapTexts(step.texts, toTextDto),
  image: step.image,
  countdown_seconds: step.countdownSeconds,
  external_url: step.externalUrl,
});

export const toVersion = (version: ListedVersion): FunnelVersionDto => ({
  number: version.number,
  note: version.note,
  published_by: version.publishedBy,
  published_at: version.publishedAt.toISOString(),
  is_current: version.isCurrent,
});

export const toVersionWithSteps = (version: VersionWithSteps): FunnelVersionWithStepsDto => ({
  ...toVersion(version),
  steps: version.steps.map(toPublishedStep),
});

const toPublishedStep = (step: PublishedStep): PublishedStepDto => ({ id: step.uuid, ...toStep(step) });

export const toRolledBack = ({ version, unshown }: Rollback): RolledBackFunnelDto => ({
  ...toVersionWithSteps(version),
  skipped_offers: unshown.map(({ step, offerCode, reason }) => ({ step, offer: offerCode, reason })),
});
