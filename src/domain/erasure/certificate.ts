import type { CertificateFacts } from './certificate-facts.ts'
import { LIMITS, NOT_LOOKED_AT, type Retained, retainedOf, scopeSentences } from './certificate-text.ts'

export const CERTIFICATE_FORMAT = 'palimpsest/v1/erasure-certificate'

export interface Certificate extends CertificateFacts {
  format: typeof CERTIFICATE_FORMAT
  scope: readonly string[]
  retained: readonly Retained[]
  not_looked_at: readonly string[]
  limits: readonly string[]
}

/** The certificate of what was done: the facts, what they mean in plain words, and what they do not say. */
export function buildCertificate(facts: CertificateFacts): Certificate {
  return {
    format: CERTIFICATE_FORMAT,
    ...facts,
    scope: scopeSentences(facts),
    retained: retainedOf(facts),
    not_looked_at: NOT_LOOKED_AT.filter(({ when }) => when(facts)).map(({ text }) =>
      typeof text === 'string' ? text : text(facts),
    ),
    limits: LIMITS,
  }
}
