import type { Tombstone } from '../../../domain/erasure/types.ts'
import type { Sql, TransactionSql } from '../sql.ts'
import { asEraser } from './as-eraser.ts'
import { removeMentions } from './tombstones-texts.ts'

/** Held by whoever carries a tombstone out, so that several do not wait for each other's rows in two orders. */
const LOCK = 7_010_212_030
/** Entries of one transaction. */
const STRETCH = 2000
const VALUES_AT_ONCE = 1000
const TEXTS_AT_ONCE = 100
const FIRST = '00000000-0000-0000-0000-000000000000'

/** Detaches, deletes and cuts again what a tombstone names, in transactions of well under a second each. */
export async function carryOutAgain(sql: Sql, tombstone: Tombstone): Promise<void> {
  const step = <T>(work: (transaction: TransactionSql) => Promise<T>) =>
    asEraser(sql, async (transaction) => {
      await transaction`SELECT pg_advisory_xact_lock(${LOCK})`
      return work(transaction)
    })
  const { subjects, values, texts } = tombstone
  await step((transaction) => detach(transaction, tombstone))
  for (const { pseudonym } of subjects) {
    for (let after: string | null = FIRST; after !== null; ) {
      const from: string = after
      after = await step((transaction) => deleteStretch(transaction, tombstone.case, pseudonym, from))
    }
  }
  for (const some of stretches(values, VALUES_AT_ONCE)) {
    await step((transaction) => deleteValues(transaction, some))
  }
  for (const some of stretches(texts, TEXTS_AT_ONCE)) {
    await step((transaction) => removeMentions(transaction, tombstone.case, some))
  }
}

async function detach(transaction: TransactionSql, tombstone: Tombstone): Promise<void> {
  const { subjects, at, keys } = tombstone
  const pseudonyms = subjects.map(({ pseudonym }) => pseudonym)
  await transaction`
    UPDATE data_subject d
    SET blind_index = NULL, sealed_user_id = NULL, sealed_session_secret = NULL, erasure_token = given.token,
        erased_at = to_timestamp(${at}::float8 / 1000000)
    FROM unnest(${pseudonyms}::text[], ${subjects.map(({ token }) => token)}::text[]) AS given (pseudonym, token)
    WHERE d.pseudonym = given.pseudonym AND d.erased_at IS NULL`
  await transaction`
    DELETE FROM subject_export_part WHERE export_id IN (
      SELECT id FROM subject_export WHERE subject_pseudonym = ANY(${pseudonyms}::text[]))`
  await transaction`
    UPDATE erasure_case SET sealed_request = NULL, request_index = NULL
    WHERE id = ${tombstone.case} AND case_key_id = ANY(${keys}::uuid[]) AND sealed_request IS NOT NULL`
}

/**
 * The id behind which to go on; null: there is no more. Where the case runs in this database, what its own step does not find
 * any more is counted for it.
 */
async function deleteStretch(
  transaction: TransactionSql,
  caseId: string,
  pseudonym: string,
  after: string,
): Promise<string | null> {
  const rows = await transaction`
    SELECT id FROM ledger_entry WHERE subject_pseudonym = ${pseudonym} AND id > ${after} ORDER BY id LIMIT ${STRETCH}`
  const ids = rows.map(({ id }) => id)
  const [first = FIRST, last = FIRST] = [ids[0], ids.at(-1)]
  const [entries, values] = await Promise.all([
    transaction`DELETE FROM content WHERE entry_id = ANY(${ids}::uuid[]) AND entry_id BETWEEN ${first} AND ${last}`,
    transaction`DELETE FROM pii_value WHERE entry_id = ANY(${ids}::uuid[]) AND entry_id BETWEEN ${first} AND ${last}`,
    transaction`DELETE FROM idempotency WHERE request_id = ANY(${ids}::uuid[])`,
  ])
  await transaction`
    UPDATE erasure_case SET outcome = (outcome::jsonb || jsonb_build_object(
      'entries', coalesce((outcome::jsonb ->> 'entries')::integer, 0) + ${entries.count}::integer,
      'values', coalesce((outcome::jsonb ->> 'values')::integer, 0) + ${values.count}::integer))::text
    WHERE id = ${caseId} AND state = 'running'`
  return ids.length === STRETCH ? last : null
}

async function deleteValues(transaction: TransactionSql, values: Tombstone['values']): Promise<void> {
  await transaction`
    DELETE FROM pii_value p USING unnest(
      ${values.map(([entry]) => entry)}::uuid[], ${values.map(([, placeholder]) => placeholder)}::text[])
      AS given (entry, placeholder)
    WHERE p.entry_id = given.entry AND p.placeholder = given.placeholder`
}

function stretches<T>(items: readonly T[], length: number): T[][] {
  const some: T[][] = []
  for (let from = 0; from < items.length; from += length) some.push(items.slice(from, from + length))
  return some
}
