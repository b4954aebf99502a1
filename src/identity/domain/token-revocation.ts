/**
 * Whether a token was issued before the user's tokens were last revoked. Tokens tell whole seconds: one of the second of the
 * revocation counts as before it.
 *
 * @param issuedAt the token's `iat`; a token that does not tell it may be old, and is revoked by any revocation
 * @param validFrom `users.tokens_valid_from`
 */
export const isRevoked = (issuedAt: Date | undefined, validFrom: Date | null): boolean =>
  validFrom !== null && (issuedAt === undefined || issuedAt < validFrom);
