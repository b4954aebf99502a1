/** What a provider's event was to our attempts. */
export type AttemptFactOutcome =
  | { readonly result: 'applied' }
  | { readonly result: 'ignored'; readonly reason: string }
  | { readonly result: 'failed'; readonly error: string };
