/** What became of a fact. `waitingFor` names what must appear before it can be applied; it is then tried again by itself. */
export type FactOutcome =
  | { readonly result: 'applied' }
  | { readonly result: 'ignored'; readonly reason: string }
  | { readonly result: 'foreign'; readonly waitingFor: string }
  | { readonly result: 'failed'; readonly error: string; readonly waitingFor?: string };
