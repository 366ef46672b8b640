import type { SealedCopies } from '../../../ports/mention-texts.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'

/**
 * Sealed copies of the person, counted by the key that each names in its head: what opens them is that key and nothing else, so
 * that whoever finds the key destroyed has tried them all. What names no key is none. These are the 16 bytes of the key's id,
 * which a count groups by; `KEY_NAMED` writes them as the id.
 */
export const KEY_IN = (column: string) =>
  `CASE WHEN octet_length(${column}) > 28 THEN substring(${column} FROM 2 FOR 16) END`
export const KEY_NAMED = (bytes: string) => `encode(${bytes}, 'hex')::uuid::text`

/** A row of such a count. */
export interface CountedCopies {
  store: string
  key: string | null
  copies: number
}

/**
 * Counts the copies that stand beside the ledger's content, before they go. A later run finds fewer or none: what counted more
 * stays.
 */
export async function noteCopiesBeside(sql: Sql, caseId: string): Promise<void> {
  const subjects = await asEraser(
    sql,
    (transaction) => transaction`SELECT pseudonym FROM erasure_subject WHERE case_id = ${caseId}`,
  )
  const pseudonyms = subjects.map(({ pseudonym }) => pseudonym)
  const key = sql.unsafe(KEY_NAMED(KEY_IN('blob')))
  const counted = await Promise.all([
    sql<CountedCopies[]>`
      SELECT 'identity' AS store, ${key} AS key, count(*)::integer AS copies
      FROM data_subject d, LATERAL (VALUES (d.sealed_user_id), (d.sealed_session_secret)) AS sealed (blob)
      WHERE d.pseudonym = ANY(${pseudonyms}::text[]) GROUP BY 2`,
    sql<CountedCopies[]>`
      SELECT 'in flight' AS store, ${key} AS key, count(*)::integer AS copies
      FROM inbox i, LATERAL (VALUES (i.sealed_body), (i.sealed_subject)) AS sealed (blob)
      WHERE i.subject_pseudonym = ANY(${pseudonyms}::text[]) GROUP BY 2`,
    sql<CountedCopies[]>`
      SELECT 'export' AS store, ${sql.unsafe(KEY_NAMED(KEY_IN('p.sealed_part')))} AS key, count(*)::integer AS copies
      FROM subject_export x JOIN subject_export_part p ON p.export_id = x.id
      WHERE x.subject_pseudonym = ANY(${pseudonyms}::text[]) GROUP BY 2`,
  ])
  await asEraser(sql, (transaction) => merge(transaction, caseId, counted.flat(), Math.max))
}

/** Adds copies that the same transaction deletes: those are counted once, whatever crashes. */
export function addDeletedCopies(
  transaction: TransactionSql,
  caseId: string,
  deleted: readonly CountedCopies[],
): Promise<void> {
  return merge(transaction, caseId, deleted, (known, more) => known + more)
}

async function merge(
  transaction: TransactionSql,
  caseId: string,
  counted: readonly CountedCopies[],
  combine: (known: number, more: number) => number,
): Promise<void> {
  await transaction`
    INSERT INTO erasure_search (case_id, tenant_id) SELECT id, tenant_id FROM erasure_case WHERE id = ${caseId}
    ON CONFLICT DO NOTHING`
  const [row] = await transaction`SELECT sealed_copies FROM erasure_search WHERE case_id = ${caseId} FOR UPDATE`
  const known = JSON.parse(row?.sealed_copies ?? '[]') as SealedCopies[]
  const all = new Map(known.map((one) => [`${one.store} ${one.keyId}`, one]))
  for (const { store, key, copies } of counted) {
    if (key === null) continue
    const before = all.get(`${store} ${key}`)?.copies ?? 0
    all.set(`${store} ${key}`, { store, keyId: key, copies: combine(before, copies) })
  }
  await transaction`
    UPDATE erasure_search SET sealed_copies = ${JSON.stringify([...all.values()])} WHERE case_id = ${caseId}`
}
