import type { SealedCopies } from '../../../ports/mention-texts.ts'
import type { Sql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { entriesOf } from './own-entries.ts'

/**
 * Counts the sealed copies of a case's person before they are deleted. A later run finds fewer or none: what counted more stays.
 */
export async function noteSealedCopies(sql: Sql, caseId: string): Promise<void> {
  const subjects = await asEraser(
    sql,
    (transaction) => transaction`SELECT pseudonym FROM erasure_subject WHERE case_id = ${caseId}`,
  )
  const copies = await countSealedCopies(
    sql,
    subjects.map(({ pseudonym }) => pseudonym),
  )
  await asEraser(
    sql,
    (transaction) => transaction`
      INSERT INTO erasure_search AS known (case_id, tenant_id, sealed_copies)
      SELECT id, tenant_id, ${JSON.stringify(copies)} FROM erasure_case WHERE id = ${caseId}
      ON CONFLICT (case_id) DO UPDATE SET sealed_copies = excluded.sealed_copies
        WHERE (SELECT coalesce(sum((one ->> 'copies')::integer), 0) FROM jsonb_array_elements(known.sealed_copies::jsonb) one)
            < (SELECT coalesce(sum((one ->> 'copies')::integer), 0) FROM jsonb_array_elements(excluded.sealed_copies::jsonb) one)`,
  )
}

/** The key that a sealed blob names in its head. */
const KEY_OF = (column: string) => `encode(substring(${column} FROM 2 FOR 16), 'hex')::uuid::text`

/**
 * Sealed copies of the person, counted by the key that each names in its head: what opens them is that key and nothing else, so
 * that whoever finds the key destroyed has tried them all.
 */
async function countSealedCopies(sql: Sql, pseudonyms: readonly string[]): Promise<SealedCopies[]> {
  const counts = new Map<string, SealedCopies>()
  const add = (rows: readonly { store?: string; key?: string; copies?: number }[]) => {
    for (const { store = '', key = '', copies = 0 } of rows) {
      const known = counts.get(`${store} ${key}`)
      counts.set(`${store} ${key}`, { store, keyId: key, copies: (known?.copies ?? 0) + copies })
    }
  }
  const key = sql.unsafe(KEY_OF('blob'))
  add(
    await sql`
    SELECT 'identity' AS store, ${key} AS key, count(*)::integer AS copies
    FROM data_subject d, LATERAL (VALUES (d.sealed_user_id), (d.sealed_session_secret)) AS sealed (blob)
    WHERE d.pseudonym = ANY(${pseudonyms}::text[]) AND blob IS NOT NULL GROUP BY 2`,
  )
  add(
    await sql`
    SELECT 'in flight' AS store, ${key} AS key, count(*)::integer AS copies
    FROM inbox i, LATERAL (VALUES (i.sealed_body), (i.sealed_subject)) AS sealed (blob)
    WHERE i.subject_pseudonym = ANY(${pseudonyms}::text[]) AND octet_length(blob) > 28 GROUP BY 2`,
  )
  add(
    await sql`
    SELECT 'export' AS store, ${sql.unsafe(KEY_OF('p.sealed_part'))} AS key, count(*)::integer AS copies
    FROM subject_export x JOIN subject_export_part p ON p.export_id = x.id
    WHERE x.subject_pseudonym = ANY(${pseudonyms}::text[]) GROUP BY 2`,
  )
  for await (const ids of entriesOf(sql, pseudonyms)) {
    add(
      await sql`
      SELECT 'content' AS store, ${key} AS key, count(*)::integer AS copies
      FROM content c, LATERAL (VALUES (c.sealed_subject), (c.sealed_prompt), (c.sealed_response)) AS sealed (blob)
      WHERE c.entry_id = ANY(${ids}::uuid[]) AND blob IS NOT NULL GROUP BY 2`,
    )
    add(
      await sql`
      SELECT 'value' AS store, ${sql.unsafe(KEY_OF('sealed_value'))} AS key,
        count(*)::integer AS copies
      FROM pii_value WHERE entry_id = ANY(${ids}::uuid[]) GROUP BY 2`,
    )
  }
  return [...counts.values()]
}
