import type { Consent } from '../../domain/consent/consent.ts'
import type { Consents } from '../../ports/consents.ts'
import type { Row, Sql } from './sql.ts'

const COLUMNS = `id, subject_pseudonym, tools, purpose, app, given_by, withdrawn_by,
  ${['given_at', 'expires_at', 'withdrawn_at'].map((name) => `(extract(epoch FROM ${name}) * 1000)::float8 AS ${name}`).join(', ')}`

/** The consents that entries have put on record: the ledger's own trigger keeps the table. */
export function createConsents(sql: Sql): Consents {
  return {
    async find(tenantId, id) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(COLUMNS)} FROM consent WHERE id = ${id} AND tenant_id = ${tenantId}`
      return row && consentOf(row)
    },

    async ofPerson(tenantId, subjectPseudonym, consentPseudonym) {
      const [row] = await sql.asTenant(tenantId)`
        SELECT ${sql.unsafe(COLUMNS)} FROM consent
        WHERE subject_pseudonym = ${subjectPseudonym} AND consent_pseudonym = ${consentPseudonym} AND tenant_id = ${tenantId}`
      return row && consentOf(row)
    },
  }
}

function consentOf(row: Row): Consent {
  return {
    id: row.id,
    subjectPseudonym: row.subject_pseudonym,
    tools: row.tools,
    purpose: row.purpose,
    app: row.app,
    givenBy: row.given_by,
    givenAt: Math.round(row.given_at),
    expiresAt: row.expires_at === null ? null : Math.round(row.expires_at),
    withdrawn: row.withdrawn_at === null ? null : { by: row.withdrawn_by, at: Math.round(row.withdrawn_at) },
  }
}
