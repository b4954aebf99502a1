/** From `since` (real milliseconds) on, the world's time is the machine's plus `shift` milliseconds. */
export interface TimeMove {
  readonly since: number;
  readonly shift: number;
}

/** What a step is: something that another part of the world can see, or that survives the process. */
export type StepKind = 'write' | 'commit' | 'provider';
/** Before it is sent, or when its answer has come and nothing was made of it yet. */
export type StepEdge = 'before' | 'after';

/** What happens at the n-th step of a kind from now on. */
export interface Trap {
  readonly kind: StepKind | 'any';
  readonly edge: StepEdge;
  /** From 1 on. */
  readonly count: number;
  readonly action: 'kill' | 'crash-database';
}

/** What the prover tells a process, over the channel that Node opens to a child. */
export type Order =
  | { readonly kind: 'move-time'; readonly id: number; readonly move: TimeMove }
  | { readonly kind: 'set-trap'; readonly id: number; readonly trap: Trap }
  | { readonly kind: 'clear-traps'; readonly id: number };

export interface Report {
  readonly done: number;
}

/** First moves, as JSON: a process that is started late has to begin in the present of its world. */
export const TIME_VARIABLE = 'PROVE_TIME';
/** `host:port` of the provider; steps are counted in processes that know it. */
export const PROVIDER_VARIABLE = 'PROVE_PROVIDER';
/** Begins the line that a process writes as its last. */
export const LAST_WORDS = 'prove: ';
