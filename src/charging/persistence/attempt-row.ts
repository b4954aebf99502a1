import type { ChargeAttempt } from '../domain/charge-attempt.js';

export const COLUMNS = `id, uuid, intent_key AS "intentKey", purpose, subject_id AS "subjectId", status,
  payment_provider AS provider, user_id AS "userId", amount, currency, command, provider_references AS "references",
  next_step AS "nextStep", method, failure_code AS "failureCode", failure_detail AS "failureDetail", sent_at AS "sentAt",
  absent_at AS "absentAt", expires_at AS "expiresAt", created_at AS "createdAt"`;

export type AttemptRow = Omit<ChargeAttempt, 'amount'> & { readonly amount: string };

export const fromRow = <Row extends AttemptRow>(row: Row): Omit<Row, 'amount'> & { readonly amount: number } => ({
  ...row,
  amount: Number(row.amount),
});
