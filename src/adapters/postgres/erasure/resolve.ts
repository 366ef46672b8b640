import { createHmac, randomBytes } from 'node:crypto'
import { ENTITY_TYPES, isRedactedByDefault } from '../../../domain/redaction/entity-types.ts'
import { normaliseValue } from '../../../domain/sealing/normalise-value.ts'
import { secretKeyOf } from '../../../domain/sealing/secret-key.ts'
import type { ErasureCase } from '../../../ports/erasure-cases.ts'
import type { KeyService } from '../../../ports/key-service.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'

/** Types under which a user id may have been detected: all that tell one person from another. */
const USER_ID_TYPES = ENTITY_TYPES.filter((type) => isRedactedByDefault(type) && type !== 'PERSON')

/** Finds a person's subjects, and their values in other people's entries, and keeps them with the case. */
export async function resolveSubjects(
  sql: Sql,
  keys: KeyService,
  erasure: ErasureCase,
): Promise<{ subjects: number; values: number }> {
  const { id, tenantId } = erasure
  const [identities, values] = await Promise.all([identityIndexes(keys, erasure), valueIndexes(keys, erasure)])
  return asEraser(sql, async (transaction) => {
    await keepSubjects(transaction, erasure, identities)
    await transaction`
      INSERT INTO erasure_value (case_id, entry_id, placeholder)
      SELECT ${id}::uuid, v.entry_id, v.placeholder
      FROM pii_value v JOIN ledger_entry e ON e.id = v.entry_id
      WHERE v.tenant_id = ${tenantId} AND v.blind_index = ANY(${values}::bytea[])
        AND NOT EXISTS (SELECT FROM erasure_subject s WHERE s.case_id = ${id} AND s.pseudonym = e.subject_pseudonym)
      ON CONFLICT DO NOTHING`
    const [row] = await transaction`
      SELECT (SELECT count(*) FROM erasure_subject WHERE case_id = ${id})::integer AS subjects,
        (SELECT count(*) FROM erasure_value WHERE case_id = ${id})::integer AS values`
    return { subjects: row?.subjects ?? 0, values: row?.values ?? 0 }
  })
}

async function keepSubjects(transaction: TransactionSql, { id, tenantId }: ErasureCase, indexes: Buffer[]) {
  const found = await transaction`
    SELECT pseudonym FROM data_subject WHERE tenant_id = ${tenantId} AND blind_index = ANY(${indexes}::bytea[])`
  const tokens = found.map(() => `del_${randomBytes(16).toString('hex')}`)
  await transaction`
    INSERT INTO erasure_subject (case_id, pseudonym, data_key_id, erasure_token)
    SELECT ${id}::uuid, s.pseudonym, s.data_key_id, given.token
    FROM unnest(${found.map(({ pseudonym }) => pseudonym)}::text[], ${tokens}::text[]) AS given (pseudonym, token)
    JOIN data_subject s ON s.pseudonym = given.pseudonym
    ON CONFLICT DO NOTHING`
}

/** Of the user id; and of each identifier, because users are often known by their e-mail. */
async function identityIndexes(keys: KeyService, { tenantId, request }: ErasureCase): Promise<Buffer[]> {
  const secret = secretKeyOf(await keys.tenantSecret(tenantId, 'subject-index'))
  const users = new Set(request.user === null ? [] : [request.user])
  for (const { type, value } of request.identifiers) {
    for (const spelling of [value, value.trim(), normaliseValue(type, value)]) users.add(spelling)
  }
  return [...users].map((user) => createHmac('sha256', secret).update(`user:${user}`, 'utf8').digest())
}

async function valueIndexes(keys: KeyService, { tenantId, request }: ErasureCase): Promise<Buffer[]> {
  const secret = secretKeyOf(await keys.tenantSecret(tenantId, 'value-index'))
  const { user } = request
  const asValues = user === null ? [] : USER_ID_TYPES.map((type) => ({ type, value: user }))
  return [...request.identifiers, ...asValues].map(({ type, value }) =>
    createHmac('sha256', secret)
      .update(`${type}\0${normaliseValue(type, value)}`, 'utf8')
      .digest(),
  )
}
